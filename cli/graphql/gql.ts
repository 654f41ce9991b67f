/* eslint-disable */
import * as types from './graphql.ts';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query Me {\n    me {\n      kind\n      scopes\n      tenantId\n      issuer\n      expiresAt\n      user { name email role }\n      apiKey { id name prefix }\n    }\n  }\n": typeof types.MeDocument,
    "\n  query Health {\n    health {\n      status\n      checkedAt\n      services { name provider status latencyMs message }\n    }\n  }\n": typeof types.HealthDocument,
    "\n  query Services($first: Int, $after: String) {\n    services(first: $first, after: $after) {\n      nodes { id name systemName provider description endpoint authMethod hasKey }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message retryAfterSeconds }\n    }\n  }\n": typeof types.ServicesDocument,
    "\n  query ServiceByName($name: String!) {\n    service(name: $name) { id name systemName }\n  }\n": typeof types.ServiceByNameDocument,
    "\n  query ServiceConfigs($id: ID!, $first: Int, $after: String) {\n    node(id: $id) {\n      __typename\n      ... on Service {\n        configs(first: $first, after: $after) {\n          nodes { id name }\n          pageInfo { hasNextPage endCursor }\n        }\n      }\n    }\n  }\n": typeof types.ServiceConfigsDocument,
    "\n  mutation InitServiceKey($input: InitServiceKeyInput!) {\n    initServiceKey(input: $input) {\n      service { id name systemName endpoint authMethod }\n      key { id appId prefix state plan createdAt }\n      secret\n      isNew\n      plan\n    }\n  }\n": typeof types.InitServiceKeyDocument,
    "\n  query ApiKeys($first: Int, $after: String, $withUsage: Boolean = false, $days: Int) {\n    apiKeys(first: $first, after: $after) {\n      nodes {\n        id\n        name\n        prefix\n        scopes\n        createdAt\n        expiresAt\n        revokedAt\n        lastUsedAt\n        requestsPerMinute\n        usage(days: $days) @include(if: $withUsage) { date requests errors cost }\n      }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.ApiKeysDocument,
    "\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      apiKey { id name prefix scopes createdAt expiresAt requestsPerMinute }\n      secret\n    }\n  }\n": typeof types.CreateApiKeyDocument,
    "\n  mutation RotateApiKey($input: RotateApiKeyInput!) {\n    rotateApiKey(input: $input) {\n      apiKey { id name prefix scopes createdAt expiresAt requestsPerMinute }\n      secret\n    }\n  }\n": typeof types.RotateApiKeyDocument,
    "\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) { apiKey { id name prefix revokedAt } }\n  }\n": typeof types.RevokeApiKeyDocument,
    "\n  mutation UploadDataset($input: UploadDatasetInput!) {\n    uploadDataset(input: $input) { dataset { id name version type uri } }\n  }\n": typeof types.UploadDatasetDocument,
    "\n  query Runs($first: Int, $after: String, $filter: RunFilter) {\n    runs(first: $first, after: $after, filter: $filter) {\n      nodes { __typename id name displayName provider status createdAt durationSeconds createdBy }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message retryAfterSeconds }\n    }\n  }\n": typeof types.RunsDocument,
    "\n  subscription RunStatusChanges($id: ID!, $after: String) {\n    runStatus(id: $id, after: $after) {\n      cursor\n      at\n      status\n      previousStatus\n      completedTrials\n      totalTrials\n      bestScore\n      run { id name error { code message } }\n    }\n  }\n": typeof types.RunStatusChangesDocument,
    "\n  subscription RunLogs($id: ID!, $after: String) {\n    runLogs(id: $id, after: $after) { cursor text complete }\n  }\n": typeof types.RunLogsDocument,
    "\n  query Agents($first: Int, $after: String) {\n    agents(first: $first, after: $after) {\n      nodes { id name description enabled }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.AgentsDocument,
    "\n  mutation CreateSession($input: CreateSessionInput!) {\n    createSession(input: $input) { session { id title } }\n  }\n": typeof types.CreateSessionDocument,
    "\n  query LatestMessage($id: ID!) {\n    node(id: $id) {\n      __typename\n      ... on Session {\n        id\n        messages(last: 1) {\n          nodes {\n            id\n            role\n            status\n            content\n            streamCursor\n            pendingApprovals { id toolName serverLabel arguments }\n            pendingConsents { id serverLabel url }\n          }\n        }\n      }\n    }\n  }\n": typeof types.LatestMessageDocument,
    "\n  mutation SendMessage($input: SendMessageInput!) {\n    sendMessage(input: $input) { message { id } reply { id status } }\n  }\n": typeof types.SendMessageDocument,
    "\n  mutation CancelReply($messageId: ID!) {\n    cancelReply(input: { messageId: $messageId }) { reply { id status } }\n  }\n": typeof types.CancelReplyDocument,
    "\n  mutation DecideToolApproval($input: DecideToolApprovalInput!) {\n    decideToolApproval(input: $input) { reply { id status } }\n  }\n": typeof types.DecideToolApprovalDocument,
    "\n  mutation ResumeReply($messageId: ID!) {\n    resumeReply(input: { messageId: $messageId }) { reply { id status } }\n  }\n": typeof types.ResumeReplyDocument,
    "\n  subscription ChatReply($sessionId: ID!, $after: String) {\n    chatReply(sessionId: $sessionId, after: $after) {\n      __typename\n      cursor\n      messageId\n      at\n      ... on ReplyDelta { text }\n      ... on ToolApprovalRequested { approval { id toolName serverLabel arguments } }\n      ... on ConsentRequired { consent { id serverLabel url } }\n      ... on ReplyCompleted {\n        message {\n          id\n          status\n          content\n          citations { title url }\n          usage { inputTokens outputTokens totalTokens }\n        }\n      }\n      ... on ReplyFailed { code reason retryAfterSeconds }\n    }\n  }\n": typeof types.ChatReplyDocument,
    "\n  query GenieSpaces($first: Int, $after: String) {\n    genieSpaces(first: $first, after: $after) {\n      nodes { id title description }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.GenieSpacesDocument,
    "\n  mutation AskGenie($input: AskGenieInput!) {\n    askGenie(input: $input) { message { id status conversation { id } } }\n  }\n": typeof types.AskGenieDocument,
    "\n  subscription GenieReply($messageId: ID!, $after: String) {\n    genieReply(messageId: $messageId, after: $after) {\n      cursor\n      at\n      message { id status }\n    }\n  }\n": typeof types.GenieReplyDocument,
    "\n  query GenieAnswer($id: ID!, $maxRows: Int) {\n    node(id: $id) {\n      __typename\n      ... on GenieMessage {\n        id\n        question\n        status\n        text\n        followUpQuestion\n        suggestedQuestions\n        error { code message }\n        conversation { id }\n        query {\n          sql\n          description\n          result(maxRows: $maxRows) { columns { name type } rows rowCount truncated }\n        }\n      }\n    }\n  }\n": typeof types.GenieAnswerDocument,
    "\n  query Models($first: Int, $after: String, $filter: ModelFilter) {\n    models(first: $first, after: $after, filter: $filter) {\n      nodes { __typename id name version provider }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message retryAfterSeconds }\n    }\n  }\n": typeof types.ModelsDocument,
    "\n  mutation Train($input: TrainInput!) {\n    train(input: $input) { run { __typename id name status } }\n  }\n": typeof types.TrainDocument,
    "\n  mutation Predict($input: PredictInput!) {\n    predict(input: $input) { run { __typename id name status } }\n  }\n": typeof types.PredictDocument,
    "\n  query RunResult($id: ID!) {\n    node(id: $id) {\n      __typename\n      ... on TrainingRun { id status models { id name version } }\n      ... on PredictionRun {\n        id\n        status\n        predictions { columns { name type } rows rowCount truncated }\n      }\n    }\n  }\n": typeof types.RunResultDocument,
};
const documents: Documents = {
    "\n  query Me {\n    me {\n      kind\n      scopes\n      tenantId\n      issuer\n      expiresAt\n      user { name email role }\n      apiKey { id name prefix }\n    }\n  }\n": types.MeDocument,
    "\n  query Health {\n    health {\n      status\n      checkedAt\n      services { name provider status latencyMs message }\n    }\n  }\n": types.HealthDocument,
    "\n  query Services($first: Int, $after: String) {\n    services(first: $first, after: $after) {\n      nodes { id name systemName provider description endpoint authMethod hasKey }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message retryAfterSeconds }\n    }\n  }\n": types.ServicesDocument,
    "\n  query ServiceByName($name: String!) {\n    service(name: $name) { id name systemName }\n  }\n": types.ServiceByNameDocument,
    "\n  query ServiceConfigs($id: ID!, $first: Int, $after: String) {\n    node(id: $id) {\n      __typename\n      ... on Service {\n        configs(first: $first, after: $after) {\n          nodes { id name }\n          pageInfo { hasNextPage endCursor }\n        }\n      }\n    }\n  }\n": types.ServiceConfigsDocument,
    "\n  mutation InitServiceKey($input: InitServiceKeyInput!) {\n    initServiceKey(input: $input) {\n      service { id name systemName endpoint authMethod }\n      key { id appId prefix state plan createdAt }\n      secret\n      isNew\n      plan\n    }\n  }\n": types.InitServiceKeyDocument,
    "\n  query ApiKeys($first: Int, $after: String, $withUsage: Boolean = false, $days: Int) {\n    apiKeys(first: $first, after: $after) {\n      nodes {\n        id\n        name\n        prefix\n        scopes\n        createdAt\n        expiresAt\n        revokedAt\n        lastUsedAt\n        requestsPerMinute\n        usage(days: $days) @include(if: $withUsage) { date requests errors cost }\n      }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.ApiKeysDocument,
    "\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      apiKey { id name prefix scopes createdAt expiresAt requestsPerMinute }\n      secret\n    }\n  }\n": types.CreateApiKeyDocument,
    "\n  mutation RotateApiKey($input: RotateApiKeyInput!) {\n    rotateApiKey(input: $input) {\n      apiKey { id name prefix scopes createdAt expiresAt requestsPerMinute }\n      secret\n    }\n  }\n": types.RotateApiKeyDocument,
    "\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) { apiKey { id name prefix revokedAt } }\n  }\n": types.RevokeApiKeyDocument,
    "\n  mutation UploadDataset($input: UploadDatasetInput!) {\n    uploadDataset(input: $input) { dataset { id name version type uri } }\n  }\n": types.UploadDatasetDocument,
    "\n  query Runs($first: Int, $after: String, $filter: RunFilter) {\n    runs(first: $first, after: $after, filter: $filter) {\n      nodes { __typename id name displayName provider status createdAt durationSeconds createdBy }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message retryAfterSeconds }\n    }\n  }\n": types.RunsDocument,
    "\n  subscription RunStatusChanges($id: ID!, $after: String) {\n    runStatus(id: $id, after: $after) {\n      cursor\n      at\n      status\n      previousStatus\n      completedTrials\n      totalTrials\n      bestScore\n      run { id name error { code message } }\n    }\n  }\n": types.RunStatusChangesDocument,
    "\n  subscription RunLogs($id: ID!, $after: String) {\n    runLogs(id: $id, after: $after) { cursor text complete }\n  }\n": types.RunLogsDocument,
    "\n  query Agents($first: Int, $after: String) {\n    agents(first: $first, after: $after) {\n      nodes { id name description enabled }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.AgentsDocument,
    "\n  mutation CreateSession($input: CreateSessionInput!) {\n    createSession(input: $input) { session { id title } }\n  }\n": types.CreateSessionDocument,
    "\n  query LatestMessage($id: ID!) {\n    node(id: $id) {\n      __typename\n      ... on Session {\n        id\n        messages(last: 1) {\n          nodes {\n            id\n            role\n            status\n            content\n            streamCursor\n            pendingApprovals { id toolName serverLabel arguments }\n            pendingConsents { id serverLabel url }\n          }\n        }\n      }\n    }\n  }\n": types.LatestMessageDocument,
    "\n  mutation SendMessage($input: SendMessageInput!) {\n    sendMessage(input: $input) { message { id } reply { id status } }\n  }\n": types.SendMessageDocument,
    "\n  mutation CancelReply($messageId: ID!) {\n    cancelReply(input: { messageId: $messageId }) { reply { id status } }\n  }\n": types.CancelReplyDocument,
    "\n  mutation DecideToolApproval($input: DecideToolApprovalInput!) {\n    decideToolApproval(input: $input) { reply { id status } }\n  }\n": types.DecideToolApprovalDocument,
    "\n  mutation ResumeReply($messageId: ID!) {\n    resumeReply(input: { messageId: $messageId }) { reply { id status } }\n  }\n": types.ResumeReplyDocument,
    "\n  subscription ChatReply($sessionId: ID!, $after: String) {\n    chatReply(sessionId: $sessionId, after: $after) {\n      __typename\n      cursor\n      messageId\n      at\n      ... on ReplyDelta { text }\n      ... on ToolApprovalRequested { approval { id toolName serverLabel arguments } }\n      ... on ConsentRequired { consent { id serverLabel url } }\n      ... on ReplyCompleted {\n        message {\n          id\n          status\n          content\n          citations { title url }\n          usage { inputTokens outputTokens totalTokens }\n        }\n      }\n      ... on ReplyFailed { code reason retryAfterSeconds }\n    }\n  }\n": types.ChatReplyDocument,
    "\n  query GenieSpaces($first: Int, $after: String) {\n    genieSpaces(first: $first, after: $after) {\n      nodes { id title description }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.GenieSpacesDocument,
    "\n  mutation AskGenie($input: AskGenieInput!) {\n    askGenie(input: $input) { message { id status conversation { id } } }\n  }\n": types.AskGenieDocument,
    "\n  subscription GenieReply($messageId: ID!, $after: String) {\n    genieReply(messageId: $messageId, after: $after) {\n      cursor\n      at\n      message { id status }\n    }\n  }\n": types.GenieReplyDocument,
    "\n  query GenieAnswer($id: ID!, $maxRows: Int) {\n    node(id: $id) {\n      __typename\n      ... on GenieMessage {\n        id\n        question\n        status\n        text\n        followUpQuestion\n        suggestedQuestions\n        error { code message }\n        conversation { id }\n        query {\n          sql\n          description\n          result(maxRows: $maxRows) { columns { name type } rows rowCount truncated }\n        }\n      }\n    }\n  }\n": types.GenieAnswerDocument,
    "\n  query Models($first: Int, $after: String, $filter: ModelFilter) {\n    models(first: $first, after: $after, filter: $filter) {\n      nodes { __typename id name version provider }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message retryAfterSeconds }\n    }\n  }\n": types.ModelsDocument,
    "\n  mutation Train($input: TrainInput!) {\n    train(input: $input) { run { __typename id name status } }\n  }\n": types.TrainDocument,
    "\n  mutation Predict($input: PredictInput!) {\n    predict(input: $input) { run { __typename id name status } }\n  }\n": types.PredictDocument,
    "\n  query RunResult($id: ID!) {\n    node(id: $id) {\n      __typename\n      ... on TrainingRun { id status models { id name version } }\n      ... on PredictionRun {\n        id\n        status\n        predictions { columns { name type } rows rowCount truncated }\n      }\n    }\n  }\n": types.RunResultDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Me {\n    me {\n      kind\n      scopes\n      tenantId\n      issuer\n      expiresAt\n      user { name email role }\n      apiKey { id name prefix }\n    }\n  }\n"): typeof import('./graphql.ts').MeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Health {\n    health {\n      status\n      checkedAt\n      services { name provider status latencyMs message }\n    }\n  }\n"): typeof import('./graphql.ts').HealthDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Services($first: Int, $after: String) {\n    services(first: $first, after: $after) {\n      nodes { id name systemName provider description endpoint authMethod hasKey }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message retryAfterSeconds }\n    }\n  }\n"): typeof import('./graphql.ts').ServicesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ServiceByName($name: String!) {\n    service(name: $name) { id name systemName }\n  }\n"): typeof import('./graphql.ts').ServiceByNameDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ServiceConfigs($id: ID!, $first: Int, $after: String) {\n    node(id: $id) {\n      __typename\n      ... on Service {\n        configs(first: $first, after: $after) {\n          nodes { id name }\n          pageInfo { hasNextPage endCursor }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').ServiceConfigsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation InitServiceKey($input: InitServiceKeyInput!) {\n    initServiceKey(input: $input) {\n      service { id name systemName endpoint authMethod }\n      key { id appId prefix state plan createdAt }\n      secret\n      isNew\n      plan\n    }\n  }\n"): typeof import('./graphql.ts').InitServiceKeyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ApiKeys($first: Int, $after: String, $withUsage: Boolean = false, $days: Int) {\n    apiKeys(first: $first, after: $after) {\n      nodes {\n        id\n        name\n        prefix\n        scopes\n        createdAt\n        expiresAt\n        revokedAt\n        lastUsedAt\n        requestsPerMinute\n        usage(days: $days) @include(if: $withUsage) { date requests errors cost }\n      }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql.ts').ApiKeysDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateApiKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      apiKey { id name prefix scopes createdAt expiresAt requestsPerMinute }\n      secret\n    }\n  }\n"): typeof import('./graphql.ts').CreateApiKeyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RotateApiKey($input: RotateApiKeyInput!) {\n    rotateApiKey(input: $input) {\n      apiKey { id name prefix scopes createdAt expiresAt requestsPerMinute }\n      secret\n    }\n  }\n"): typeof import('./graphql.ts').RotateApiKeyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) { apiKey { id name prefix revokedAt } }\n  }\n"): typeof import('./graphql.ts').RevokeApiKeyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UploadDataset($input: UploadDatasetInput!) {\n    uploadDataset(input: $input) { dataset { id name version type uri } }\n  }\n"): typeof import('./graphql.ts').UploadDatasetDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Runs($first: Int, $after: String, $filter: RunFilter) {\n    runs(first: $first, after: $after, filter: $filter) {\n      nodes { __typename id name displayName provider status createdAt durationSeconds createdBy }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message retryAfterSeconds }\n    }\n  }\n"): typeof import('./graphql.ts').RunsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription RunStatusChanges($id: ID!, $after: String) {\n    runStatus(id: $id, after: $after) {\n      cursor\n      at\n      status\n      previousStatus\n      completedTrials\n      totalTrials\n      bestScore\n      run { id name error { code message } }\n    }\n  }\n"): typeof import('./graphql.ts').RunStatusChangesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription RunLogs($id: ID!, $after: String) {\n    runLogs(id: $id, after: $after) { cursor text complete }\n  }\n"): typeof import('./graphql.ts').RunLogsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Agents($first: Int, $after: String) {\n    agents(first: $first, after: $after) {\n      nodes { id name description enabled }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql.ts').AgentsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateSession($input: CreateSessionInput!) {\n    createSession(input: $input) { session { id title } }\n  }\n"): typeof import('./graphql.ts').CreateSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query LatestMessage($id: ID!) {\n    node(id: $id) {\n      __typename\n      ... on Session {\n        id\n        messages(last: 1) {\n          nodes {\n            id\n            role\n            status\n            content\n            streamCursor\n            pendingApprovals { id toolName serverLabel arguments }\n            pendingConsents { id serverLabel url }\n          }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').LatestMessageDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SendMessage($input: SendMessageInput!) {\n    sendMessage(input: $input) { message { id } reply { id status } }\n  }\n"): typeof import('./graphql.ts').SendMessageDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelReply($messageId: ID!) {\n    cancelReply(input: { messageId: $messageId }) { reply { id status } }\n  }\n"): typeof import('./graphql.ts').CancelReplyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DecideToolApproval($input: DecideToolApprovalInput!) {\n    decideToolApproval(input: $input) { reply { id status } }\n  }\n"): typeof import('./graphql.ts').DecideToolApprovalDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ResumeReply($messageId: ID!) {\n    resumeReply(input: { messageId: $messageId }) { reply { id status } }\n  }\n"): typeof import('./graphql.ts').ResumeReplyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ChatReply($sessionId: ID!, $after: String) {\n    chatReply(sessionId: $sessionId, after: $after) {\n      __typename\n      cursor\n      messageId\n      at\n      ... on ReplyDelta { text }\n      ... on ToolApprovalRequested { approval { id toolName serverLabel arguments } }\n      ... on ConsentRequired { consent { id serverLabel url } }\n      ... on ReplyCompleted {\n        message {\n          id\n          status\n          content\n          citations { title url }\n          usage { inputTokens outputTokens totalTokens }\n        }\n      }\n      ... on ReplyFailed { code reason retryAfterSeconds }\n    }\n  }\n"): typeof import('./graphql.ts').ChatReplyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query GenieSpaces($first: Int, $after: String) {\n    genieSpaces(first: $first, after: $after) {\n      nodes { id title description }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql.ts').GenieSpacesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AskGenie($input: AskGenieInput!) {\n    askGenie(input: $input) { message { id status conversation { id } } }\n  }\n"): typeof import('./graphql.ts').AskGenieDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription GenieReply($messageId: ID!, $after: String) {\n    genieReply(messageId: $messageId, after: $after) {\n      cursor\n      at\n      message { id status }\n    }\n  }\n"): typeof import('./graphql.ts').GenieReplyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query GenieAnswer($id: ID!, $maxRows: Int) {\n    node(id: $id) {\n      __typename\n      ... on GenieMessage {\n        id\n        question\n        status\n        text\n        followUpQuestion\n        suggestedQuestions\n        error { code message }\n        conversation { id }\n        query {\n          sql\n          description\n          result(maxRows: $maxRows) { columns { name type } rows rowCount truncated }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').GenieAnswerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Models($first: Int, $after: String, $filter: ModelFilter) {\n    models(first: $first, after: $after, filter: $filter) {\n      nodes { __typename id name version provider }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message retryAfterSeconds }\n    }\n  }\n"): typeof import('./graphql.ts').ModelsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Train($input: TrainInput!) {\n    train(input: $input) { run { __typename id name status } }\n  }\n"): typeof import('./graphql.ts').TrainDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Predict($input: PredictInput!) {\n    predict(input: $input) { run { __typename id name status } }\n  }\n"): typeof import('./graphql.ts').PredictDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query RunResult($id: ID!) {\n    node(id: $id) {\n      __typename\n      ... on TrainingRun { id status models { id name version } }\n      ... on PredictionRun {\n        id\n        status\n        predictions { columns { name type } rows rowCount truncated }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').RunResultDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
