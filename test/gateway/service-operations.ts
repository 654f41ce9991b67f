import { graphql } from './graphql/index.ts';

export const Services = graphql(/* GraphQL */ `
  query Services($first: Int, $after: String) {
    services(first: $first, after: $after) {
      nodes {
        id
        systemName
        name
        provider
        description
        endpoint
        authMethod
        health { name status }
        configSchema
      }
      pageInfo { hasNextPage endCursor }
      sources { provider service ok code message }
    }
  }
`);

export const ServiceByName = graphql(/* GraphQL */ `
  query ServiceByName($name: String!) {
    service(name: $name) {
      id
      systemName
      configs { nodes { id name data tags } }
      artifacts { nodes { id level type parent { id } children { id } } }
      runs { nodes { id status } sources { ok } }
      models { nodes { id name provider } sources { service ok } }
    }
  }
`);

export const CreateConfig = graphql(/* GraphQL */ `
  mutation CreateConfig($input: CreateConfigInput!) {
    createConfig(input: $input) { config { id name data tags createdAt service { systemName } } }
  }
`);

export const UpdateConfig = graphql(/* GraphQL */ `
  mutation UpdateConfig($input: UpdateConfigInput!) {
    updateConfig(input: $input) { config { id name data tags } }
  }
`);

export const DeleteConfig = graphql(/* GraphQL */ `
  mutation DeleteConfig($id: ID!) {
    deleteConfig(input: { id: $id }) { id }
  }
`);

export const DeleteArtifact = graphql(/* GraphQL */ `
  mutation DeleteArtifact($id: ID!) {
    deleteArtifact(input: { id: $id }) { id }
  }
`);

export const Train = graphql(/* GraphQL */ `
  mutation Train($input: TrainInput!) {
    train(input: $input) { run { id provider status createdBy service { systemName } artifact { id } } }
  }
`);

export const Predict = graphql(/* GraphQL */ `
  mutation Predict($input: PredictInput!) {
    predict(input: $input) { run { id status } }
  }
`);

export const ServiceRun = graphql(/* GraphQL */ `
  query ServiceRun($id: ID!) {
    node(id: $id) {
      __typename
      ... on Run {
        id
        provider
        name
        status
        rawStatus
        createdAt
        startedAt
        finishedAt
        durationSeconds
        createdBy
        error { code message }
        logs { text complete }
        models { __typename id name }
      }
      ... on TrainingRun { artifact { id level type data } }
      ... on PredictionRun { artifact { id level parent { id } } predictions { columns { name type } rows rowCount truncated } }
    }
  }
`);

export const AllRuns = graphql(/* GraphQL */ `
  query AllRuns($first: Int, $after: String, $filter: RunFilter) {
    runs(first: $first, after: $after, filter: $filter) {
      nodes { __typename id provider status createdAt }
      pageInfo { hasNextPage endCursor }
      sources { provider service ok code message retryAfterSeconds }
    }
  }
`);

export const AllModels = graphql(/* GraphQL */ `
  query AllModels($first: Int, $after: String, $filter: ModelFilter) {
    models(first: $first, after: $after, filter: $filter) {
      nodes { __typename id provider name createdAt run { id } ... on ServiceModel { service { systemName } artifact { id } } }
      pageInfo { hasNextPage endCursor }
      sources { provider service ok code message }
    }
  }
`);

export const Keys = graphql(/* GraphQL */ `
  query Keys($first: Int, $after: String) {
    services(first: $first, after: $after) {
      nodes {
        id
        systemName
        name
        provider
        endpoint
        authMethod
        hasKey
        key { id state plan appId prefix createdAt service { systemName } }
      }
      pageInfo { hasNextPage endCursor }
      sources { provider ok code message }
    }
  }
`);

export const KeyOf = graphql(/* GraphQL */ `
  query KeyOf($name: String!) {
    service(name: $name) { id systemName provider endpoint authMethod hasKey key { id state } }
  }
`);

export const ServiceKeyById = graphql(/* GraphQL */ `
  query ServiceKeyById($id: ID!) {
    node(id: $id) { ... on ServiceKey { id state prefix service { systemName } } }
  }
`);

export const InitServiceKey = graphql(/* GraphQL */ `
  mutation InitServiceKey($input: InitServiceKeyInput!) {
    initServiceKey(input: $input) {
      service { id systemName hasKey }
      key { id state prefix appId service { systemName } }
      secret
      isNew
      plan
    }
  }
`);
