import { graphql } from './graphql/index.ts';

/** Every operation that a command sends. The types beside them come from `npm run codegen`. */
export const Me = graphql(/* GraphQL */ `
  query Me {
    me {
      kind
      scopes
      tenantId
      issuer
      expiresAt
      user { name email role }
      apiKey { id name prefix }
    }
  }
`);

export const Health = graphql(/* GraphQL */ `
  query Health {
    health {
      status
      checkedAt
      services { name provider status latencyMs message }
    }
  }
`);

export const Services = graphql(/* GraphQL */ `
  query Services($first: Int, $after: String) {
    services(first: $first, after: $after) {
      nodes { id name systemName provider description endpoint authMethod hasKey }
      pageInfo { hasNextPage endCursor }
      sources { provider service ok code message retryAfterSeconds }
    }
  }
`);

export const ServiceByName = graphql(/* GraphQL */ `
  query ServiceByName($name: String!) {
    service(name: $name) { id name systemName }
  }
`);

export const ServiceConfigs = graphql(/* GraphQL */ `
  query ServiceConfigs($id: ID!, $first: Int, $after: String) {
    node(id: $id) {
      __typename
      ... on Service {
        configs(first: $first, after: $after) {
          nodes { id name }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
`);

export const InitServiceKey = graphql(/* GraphQL */ `
  mutation InitServiceKey($input: InitServiceKeyInput!) {
    initServiceKey(input: $input) {
      service { id name systemName endpoint authMethod }
      key { id appId prefix state plan createdAt }
      secret
      isNew
      plan
    }
  }
`);

export const ApiKeys = graphql(/* GraphQL */ `
  query ApiKeys($first: Int, $after: String, $withUsage: Boolean = false, $days: Int) {
    apiKeys(first: $first, after: $after) {
      nodes {
        id
        name
        prefix
        scopes
        createdAt
        expiresAt
        revokedAt
        lastUsedAt
        requestsPerMinute
        usage(days: $days) @include(if: $withUsage) { date requests errors cost }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const CreateApiKey = graphql(/* GraphQL */ `
  mutation CreateApiKey($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      apiKey { id name prefix scopes createdAt expiresAt requestsPerMinute }
      secret
    }
  }
`);

export const RotateApiKey = graphql(/* GraphQL */ `
  mutation RotateApiKey($input: RotateApiKeyInput!) {
    rotateApiKey(input: $input) {
      apiKey { id name prefix scopes createdAt expiresAt requestsPerMinute }
      secret
    }
  }
`);

export const RevokeApiKey = graphql(/* GraphQL */ `
  mutation RevokeApiKey($input: RevokeApiKeyInput!) {
    revokeApiKey(input: $input) { apiKey { id name prefix revokedAt } }
  }
`);

export const UploadDataset = graphql(/* GraphQL */ `
  mutation UploadDataset($input: UploadDatasetInput!) {
    uploadDataset(input: $input) { dataset { id name version type uri } }
  }
`);

export const Runs = graphql(/* GraphQL */ `
  query Runs($first: Int, $after: String, $filter: RunFilter) {
    runs(first: $first, after: $after, filter: $filter) {
      nodes { __typename id name displayName provider status createdAt durationSeconds createdBy }
      pageInfo { hasNextPage endCursor }
      sources { provider service ok code message retryAfterSeconds }
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
      run { id name error { code message } }
    }
  }
`);

export const RunLogs = graphql(/* GraphQL */ `
  subscription RunLogs($id: ID!, $after: String) {
    runLogs(id: $id, after: $after) { cursor text complete }
  }
`);

export const Agents = graphql(/* GraphQL */ `
  query Agents($first: Int, $after: String) {
    agents(first: $first, after: $after) {
      nodes { id name description enabled }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const CreateSession = graphql(/* GraphQL */ `
  mutation CreateSession($input: CreateSessionInput!) {
    createSession(input: $input) { session { id title } }
  }
`);

export const LatestMessage = graphql(/* GraphQL */ `
  query LatestMessage($id: ID!) {
    node(id: $id) {
      __typename
      ... on Session {
        id
        messages(last: 1) {
          nodes {
            id
            role
            status
            content
            streamCursor
            pendingApprovals { id toolName serverLabel arguments }
            pendingConsents { id serverLabel url }
          }
        }
      }
    }
  }
`);

export const SendMessage = graphql(/* GraphQL */ `
  mutation SendMessage($input: SendMessageInput!) {
    sendMessage(input: $input) { message { id } reply { id status } }
  }
`);

export const CancelReply = graphql(/* GraphQL */ `
  mutation CancelReply($messageId: ID!) {
    cancelReply(input: { messageId: $messageId }) { reply { id status } }
  }
`);

export const DecideToolApproval = graphql(/* GraphQL */ `
  mutation DecideToolApproval($input: DecideToolApprovalInput!) {
    decideToolApproval(input: $input) { reply { id status } }
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
      ... on ConsentRequired { consent { id serverLabel url } }
      ... on ReplyCompleted {
        message {
          id
          status
          content
          citations { title url }
          usage { inputTokens outputTokens totalTokens }
        }
      }
      ... on ReplyFailed { code reason retryAfterSeconds }
    }
  }
`);

export const GenieSpaces = graphql(/* GraphQL */ `
  query GenieSpaces($first: Int, $after: String) {
    genieSpaces(first: $first, after: $after) {
      nodes { id title description }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const AskGenie = graphql(/* GraphQL */ `
  mutation AskGenie($input: AskGenieInput!) {
    askGenie(input: $input) { message { id status conversation { id } } }
  }
`);

export const GenieReply = graphql(/* GraphQL */ `
  subscription GenieReply($messageId: ID!, $after: String) {
    genieReply(messageId: $messageId, after: $after) {
      cursor
      at
      message { id status }
    }
  }
`);

export const GenieAnswer = graphql(/* GraphQL */ `
  query GenieAnswer($id: ID!, $maxRows: Int) {
    node(id: $id) {
      __typename
      ... on GenieMessage {
        id
        question
        status
        text
        followUpQuestion
        suggestedQuestions
        error { code message }
        conversation { id }
        query {
          sql
          description
          result(maxRows: $maxRows) { columns { name type } rows rowCount truncated }
        }
      }
    }
  }
`);

export const Models = graphql(/* GraphQL */ `
  query Models($first: Int, $after: String, $filter: ModelFilter) {
    models(first: $first, after: $after, filter: $filter) {
      nodes { __typename id name version provider }
      pageInfo { hasNextPage endCursor }
      sources { provider service ok code message retryAfterSeconds }
    }
  }
`);

export const Train = graphql(/* GraphQL */ `
  mutation Train($input: TrainInput!) {
    train(input: $input) { run { __typename id name status } }
  }
`);

export const Predict = graphql(/* GraphQL */ `
  mutation Predict($input: PredictInput!) {
    predict(input: $input) { run { __typename id name status } }
  }
`);

export const RunResult = graphql(/* GraphQL */ `
  query RunResult($id: ID!) {
    node(id: $id) {
      __typename
      ... on TrainingRun { id status models { id name version } }
      ... on PredictionRun {
        id
        status
        predictions { columns { name type } rows rowCount truncated }
      }
    }
  }
`);
