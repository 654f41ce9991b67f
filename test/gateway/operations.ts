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

export const Agents = graphql(/* GraphQL */ `
  query Agents($first: Int, $after: String) {
    agents(first: $first, after: $after) {
      nodes { id name version enabled description model tools createdAt syncedAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const CreateSession = graphql(/* GraphQL */ `
  mutation CreateSession($input: CreateSessionInput!) {
    createSession(input: $input) { session { id title agent { name } createdAt updatedAt } }
  }
`);

export const DeleteSession = graphql(/* GraphQL */ `
  mutation DeleteSession($id: ID!) {
    deleteSession(input: { id: $id }) { id }
  }
`);

export const Sessions = graphql(/* GraphQL */ `
  query Sessions($first: Int, $after: String, $filter: SessionFilter) {
    sessions(first: $first, after: $after, filter: $filter) {
      nodes { id title agent { name } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const History = graphql(/* GraphQL */ `
  query History($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    node(id: $id) {
      ... on Session {
        id
        title
        messages(first: $first, after: $after, last: $last, before: $before) {
          nodes {
            id
            role
            status
            content
            streamCursor
            completedAt
            usage { inputTokens outputTokens totalTokens }
            error { code message }
            citations { url }
            pendingApprovals { id toolName }
            pendingConsents { id url }
          }
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        }
      }
    }
  }
`);

export const SendMessage = graphql(/* GraphQL */ `
  mutation SendMessage($input: SendMessageInput!) {
    sendMessage(input: $input) {
      message { id role status content }
      reply { id role status content streamCursor }
    }
  }
`);

export const CancelReply = graphql(/* GraphQL */ `
  mutation CancelReply($messageId: ID!) {
    cancelReply(input: { messageId: $messageId }) { reply { id status content } }
  }
`);

export const DecideToolApproval = graphql(/* GraphQL */ `
  mutation DecideToolApproval($input: DecideToolApprovalInput!) {
    decideToolApproval(input: $input) { reply { id status pendingApprovals { id } } }
  }
`);

export const ResumeReply = graphql(/* GraphQL */ `
  mutation ResumeReply($messageId: ID!) {
    resumeReply(input: { messageId: $messageId }) { reply { id status } }
  }
`);

export const ChatReply = graphql(/* GraphQL */ `
  subscription ChatReply($sessionId: ID!, $after: String) {
    chatReply(sessionId: $sessionId, after: $after) {
      __typename
      cursor
      messageId
      at
      ... on ReplyDelta { text }
      ... on ToolApprovalRequested { approval { id toolName serverLabel arguments } }
      ... on ConsentRequired { consent { id url } }
      ... on ReplyCompleted { message { id status content usage { totalTokens } error { code } } }
      ... on ReplyFailed { code reason retryAfterSeconds }
    }
  }
`);

export const AuditEvents = graphql(/* GraphQL */ `
  query AuditEvents($first: Int, $filter: AuditFilter) {
    auditEvents(first: $first, filter: $filter) {
      nodes { id at actor actorKind action target outcome upstream requestId }
    }
  }
`);
