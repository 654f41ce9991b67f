import { graphql } from './graphql/index.ts';

/** The operations of the story that the README tells, as a frontend would write them. */
export const Me = graphql(/* GraphQL */ `
  query Me {
    me {
      kind
      scopes
      tenantId
      issuer
      expiresAt
      user { id name email role subject createdAt lastSeenAt }
    }
  }
`);

export const Datasets = graphql(/* GraphQL */ `
  query Datasets($first: Int, $after: String, $filter: DatasetFilter) {
    datasets(first: $first, after: $after, filter: $filter) {
      nodes { id name version type uri archived createdBy tags { name value } }
      edges { cursor }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const UploadDataset = graphql(/* GraphQL */ `
  mutation UploadDataset($input: UploadDatasetInput!) {
    uploadDataset(input: $input) {
      dataset { id name version type uri tags { name value } }
    }
  }
`);

export const StartExperiment = graphql(/* GraphQL */ `
  mutation StartExperiment($input: StartExperimentInput!) {
    startExperiment(input: $input) {
      run { id name status experiment { name } dataset { id name version } task targetColumn primaryMetric }
    }
  }
`);

export const RunStatusChanges = graphql(/* GraphQL */ `
  subscription RunStatusChanges($id: ID!, $after: String) {
    runStatus(id: $id, after: $after) {
      cursor
      at
      status
      previousStatus
      completedTrials
      totalTrials
      bestScore
      run { id name status }
    }
  }
`);

export const RunLogs = graphql(/* GraphQL */ `
  subscription RunLogs($id: ID!, $after: String) {
    runLogs(id: $id, after: $after) { text cursor complete }
  }
`);

export const Trials = graphql(/* GraphQL */ `
  query Trials($id: ID!) {
    node(id: $id) {
      ... on AutoMLRun {
        id
        status
        durationSeconds
        createdBy
        primaryMetric
        bestTrial { id algorithm score }
        trials(first: 50) { nodes { id name algorithm score status metrics { name value } } }
        models { id name version }
      }
    }
  }
`);

export const RegisterModel = graphql(/* GraphQL */ `
  mutation RegisterModel($input: RegisterModelInput!) {
    registerModel(input: $input) {
      model { id name version format uri run { id name } }
    }
  }
`);

export const Models = graphql(/* GraphQL */ `
  query Models {
    models {
      nodes { id name version provider run { id } }
      sources { provider ok code }
    }
  }
`);

export const Runs = graphql(/* GraphQL */ `
  query Runs($first: Int, $after: String, $filter: RunFilter) {
    runs(first: $first, after: $after, filter: $filter) {
      nodes { id name status createdAt provider }
      pageInfo { hasNextPage endCursor }
      sources { provider ok code message }
    }
  }
`);

export const CancelRun = graphql(/* GraphQL */ `
  mutation CancelRun($id: ID!) {
    cancelRun(input: { id: $id }) { run { id status } }
  }
`);
