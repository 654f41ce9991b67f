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
    "\n  query GenieSpaces($first: Int, $after: String) {\n    genieSpaces(first: $first, after: $after) {\n      nodes { id title description }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.GenieSpacesDocument,
    "\n  mutation AskGenie($input: AskGenieInput!) {\n    askGenie(input: $input) {\n      message { id question status createdAt conversation { id title } }\n    }\n  }\n": typeof types.AskGenieDocument,
    "\n  subscription GenieReply($messageId: ID!, $after: String) {\n    genieReply(messageId: $messageId, after: $after) {\n      cursor\n      at\n      message { id status text query { sql } error { code message } }\n    }\n  }\n": typeof types.GenieReplyDocument,
    "\n  query GenieAnswer($id: ID!, $maxRows: Int) {\n    node(id: $id) {\n      ... on GenieMessage {\n        id\n        question\n        status\n        text\n        followUpQuestion\n        suggestedQuestions\n        rating\n        error { code message }\n        conversation { id title space { id title } }\n        query {\n          sql\n          description\n          result(maxRows: $maxRows) { columns { name type } rows rowCount truncated }\n        }\n      }\n    }\n  }\n": typeof types.GenieAnswerDocument,
    "\n  query GenieHistory($id: ID!) {\n    node(id: $id) {\n      ... on GenieSpace {\n        conversations { nodes { id title createdAt messages { nodes { id question status } } } }\n      }\n    }\n  }\n": typeof types.GenieHistoryDocument,
    "\n  mutation RerunGenieQuery($messageId: ID!) {\n    rerunGenieQuery(input: { messageId: $messageId }) { message { id status } }\n  }\n": typeof types.RerunGenieQueryDocument,
    "\n  mutation RateGenieAnswer($input: RateGenieAnswerInput!) {\n    rateGenieAnswer(input: $input) { message { id rating } }\n  }\n": typeof types.RateGenieAnswerDocument,
    "\n  query Me {\n    me {\n      kind\n      scopes\n      tenantId\n      issuer\n      expiresAt\n      user { id name email role subject createdAt lastSeenAt }\n    }\n  }\n": typeof types.MeDocument,
    "\n  query Datasets($first: Int, $after: String, $filter: DatasetFilter) {\n    datasets(first: $first, after: $after, filter: $filter) {\n      nodes { id name version type uri archived createdBy tags { name value } }\n      edges { cursor }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.DatasetsDocument,
    "\n  mutation UploadDataset($input: UploadDatasetInput!) {\n    uploadDataset(input: $input) {\n      dataset { id name version type uri tags { name value } }\n    }\n  }\n": typeof types.UploadDatasetDocument,
    "\n  mutation StartExperiment($input: StartExperimentInput!) {\n    startExperiment(input: $input) {\n      run { id name status experiment { name } dataset { id name version } task targetColumn primaryMetric }\n    }\n  }\n": typeof types.StartExperimentDocument,
    "\n  subscription RunStatusChanges($id: ID!, $after: String) {\n    runStatus(id: $id, after: $after) {\n      cursor\n      at\n      status\n      previousStatus\n      completedTrials\n      totalTrials\n      bestScore\n      run { id name status }\n    }\n  }\n": typeof types.RunStatusChangesDocument,
    "\n  subscription RunLogs($id: ID!, $after: String) {\n    runLogs(id: $id, after: $after) { text cursor complete }\n  }\n": typeof types.RunLogsDocument,
    "\n  query Trials($id: ID!) {\n    node(id: $id) {\n      ... on AutoMLRun {\n        id\n        status\n        durationSeconds\n        createdBy\n        primaryMetric\n        bestTrial { id algorithm score }\n        trials(first: 50) { nodes { id name algorithm score status metrics { name value } } }\n        models { id name version }\n      }\n    }\n  }\n": typeof types.TrialsDocument,
    "\n  mutation RegisterModel($input: RegisterModelInput!) {\n    registerModel(input: $input) {\n      model { id name version format uri run { id name } }\n    }\n  }\n": typeof types.RegisterModelDocument,
    "\n  query Models {\n    models {\n      nodes { id name version provider run { id } }\n      sources { provider ok code }\n    }\n  }\n": typeof types.ModelsDocument,
    "\n  query Runs($first: Int, $after: String, $filter: RunFilter) {\n    runs(first: $first, after: $after, filter: $filter) {\n      nodes { id name status createdAt provider }\n      pageInfo { hasNextPage endCursor }\n      sources { provider ok code message }\n    }\n  }\n": typeof types.RunsDocument,
    "\n  mutation CancelRun($id: ID!) {\n    cancelRun(input: { id: $id }) { run { id status } }\n  }\n": typeof types.CancelRunDocument,
    "\n  query Agents($first: Int, $after: String) {\n    agents(first: $first, after: $after) {\n      nodes { id name version enabled description model tools createdAt syncedAt }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.AgentsDocument,
    "\n  mutation CreateSession($input: CreateSessionInput!) {\n    createSession(input: $input) { session { id title agent { name } createdAt updatedAt } }\n  }\n": typeof types.CreateSessionDocument,
    "\n  mutation DeleteSession($id: ID!) {\n    deleteSession(input: { id: $id }) { id }\n  }\n": typeof types.DeleteSessionDocument,
    "\n  query Sessions($first: Int, $after: String, $filter: SessionFilter) {\n    sessions(first: $first, after: $after, filter: $filter) {\n      nodes { id title agent { name } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.SessionsDocument,
    "\n  query History($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {\n    node(id: $id) {\n      ... on Session {\n        id\n        title\n        messages(first: $first, after: $after, last: $last, before: $before) {\n          nodes {\n            id\n            role\n            status\n            content\n            streamCursor\n            completedAt\n            usage { inputTokens outputTokens totalTokens }\n            error { code message }\n            citations { url }\n            pendingApprovals { id toolName }\n            pendingConsents { id url }\n          }\n          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n        }\n      }\n    }\n  }\n": typeof types.HistoryDocument,
    "\n  mutation SendMessage($input: SendMessageInput!) {\n    sendMessage(input: $input) {\n      message { id role status content }\n      reply { id role status content streamCursor }\n    }\n  }\n": typeof types.SendMessageDocument,
    "\n  mutation CancelReply($messageId: ID!) {\n    cancelReply(input: { messageId: $messageId }) { reply { id status content } }\n  }\n": typeof types.CancelReplyDocument,
    "\n  mutation DecideToolApproval($input: DecideToolApprovalInput!) {\n    decideToolApproval(input: $input) { reply { id status pendingApprovals { id } } }\n  }\n": typeof types.DecideToolApprovalDocument,
    "\n  mutation ResumeReply($messageId: ID!) {\n    resumeReply(input: { messageId: $messageId }) { reply { id status } }\n  }\n": typeof types.ResumeReplyDocument,
    "\n  subscription ChatReply($sessionId: ID!, $after: String) {\n    chatReply(sessionId: $sessionId, after: $after) {\n      __typename\n      cursor\n      messageId\n      at\n      ... on ReplyDelta { text }\n      ... on ToolApprovalRequested { approval { id toolName serverLabel arguments } }\n      ... on ConsentRequired { consent { id url } }\n      ... on ReplyCompleted { message { id status content usage { totalTokens } error { code } } }\n      ... on ReplyFailed { code reason retryAfterSeconds }\n    }\n  }\n": typeof types.ChatReplyDocument,
    "\n  query AuditEvents($first: Int, $filter: AuditFilter) {\n    auditEvents(first: $first, filter: $filter) {\n      nodes { id at actor actorKind action target outcome upstream requestId }\n    }\n  }\n": typeof types.AuditEventsDocument,
    "\n  query Services($first: Int, $after: String) {\n    services(first: $first, after: $after) {\n      nodes {\n        id\n        systemName\n        name\n        provider\n        description\n        endpoint\n        authMethod\n        health { name status }\n        configSchema\n      }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message }\n    }\n  }\n": typeof types.ServicesDocument,
    "\n  query ServiceByName($name: String!) {\n    service(name: $name) {\n      id\n      systemName\n      configs { nodes { id name data tags } }\n      artifacts { nodes { id level type parent { id } children { id } } }\n      runs { nodes { id status } sources { ok } }\n      models { nodes { id name provider } sources { service ok } }\n    }\n  }\n": typeof types.ServiceByNameDocument,
    "\n  mutation CreateConfig($input: CreateConfigInput!) {\n    createConfig(input: $input) { config { id name data tags createdAt service { systemName } } }\n  }\n": typeof types.CreateConfigDocument,
    "\n  mutation UpdateConfig($input: UpdateConfigInput!) {\n    updateConfig(input: $input) { config { id name data tags } }\n  }\n": typeof types.UpdateConfigDocument,
    "\n  mutation DeleteConfig($id: ID!) {\n    deleteConfig(input: { id: $id }) { id }\n  }\n": typeof types.DeleteConfigDocument,
    "\n  mutation DeleteArtifact($id: ID!) {\n    deleteArtifact(input: { id: $id }) { id }\n  }\n": typeof types.DeleteArtifactDocument,
    "\n  mutation Train($input: TrainInput!) {\n    train(input: $input) { run { id provider status createdBy service { systemName } artifact { id } } }\n  }\n": typeof types.TrainDocument,
    "\n  mutation Predict($input: PredictInput!) {\n    predict(input: $input) { run { id status } }\n  }\n": typeof types.PredictDocument,
    "\n  query ServiceRun($id: ID!) {\n    node(id: $id) {\n      __typename\n      ... on Run {\n        id\n        provider\n        name\n        status\n        rawStatus\n        createdAt\n        startedAt\n        finishedAt\n        durationSeconds\n        createdBy\n        error { code message }\n        logs { text complete }\n        models { __typename id name }\n      }\n      ... on TrainingRun { artifact { id level type data } }\n      ... on PredictionRun { artifact { id level parent { id } } predictions { columns { name type } rows rowCount truncated } }\n    }\n  }\n": typeof types.ServiceRunDocument,
    "\n  query AllRuns($first: Int, $after: String, $filter: RunFilter) {\n    runs(first: $first, after: $after, filter: $filter) {\n      nodes { __typename id provider status createdAt }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message retryAfterSeconds }\n    }\n  }\n": typeof types.AllRunsDocument,
    "\n  query AllModels($first: Int, $after: String, $filter: ModelFilter) {\n    models(first: $first, after: $after, filter: $filter) {\n      nodes { __typename id provider name createdAt run { id } ... on ServiceModel { service { systemName } artifact { id } } }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message }\n    }\n  }\n": typeof types.AllModelsDocument,
    "\n  query Keys($first: Int, $after: String) {\n    services(first: $first, after: $after) {\n      nodes {\n        id\n        systemName\n        name\n        provider\n        endpoint\n        authMethod\n        hasKey\n        key { id state plan appId prefix createdAt service { systemName } }\n      }\n      pageInfo { hasNextPage endCursor }\n      sources { provider ok code message }\n    }\n  }\n": typeof types.KeysDocument,
    "\n  query KeyOf($name: String!) {\n    service(name: $name) { id systemName provider endpoint authMethod hasKey key { id state } }\n  }\n": typeof types.KeyOfDocument,
    "\n  query ServiceKeyById($id: ID!) {\n    node(id: $id) { ... on ServiceKey { id state prefix service { systemName } } }\n  }\n": typeof types.ServiceKeyByIdDocument,
    "\n  mutation InitServiceKey($input: InitServiceKeyInput!) {\n    initServiceKey(input: $input) {\n      service { id systemName hasKey }\n      key { id state prefix appId service { systemName } }\n      secret\n      isNew\n      plan\n    }\n  }\n": typeof types.InitServiceKeyDocument,
};
const documents: Documents = {
    "\n  query GenieSpaces($first: Int, $after: String) {\n    genieSpaces(first: $first, after: $after) {\n      nodes { id title description }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.GenieSpacesDocument,
    "\n  mutation AskGenie($input: AskGenieInput!) {\n    askGenie(input: $input) {\n      message { id question status createdAt conversation { id title } }\n    }\n  }\n": types.AskGenieDocument,
    "\n  subscription GenieReply($messageId: ID!, $after: String) {\n    genieReply(messageId: $messageId, after: $after) {\n      cursor\n      at\n      message { id status text query { sql } error { code message } }\n    }\n  }\n": types.GenieReplyDocument,
    "\n  query GenieAnswer($id: ID!, $maxRows: Int) {\n    node(id: $id) {\n      ... on GenieMessage {\n        id\n        question\n        status\n        text\n        followUpQuestion\n        suggestedQuestions\n        rating\n        error { code message }\n        conversation { id title space { id title } }\n        query {\n          sql\n          description\n          result(maxRows: $maxRows) { columns { name type } rows rowCount truncated }\n        }\n      }\n    }\n  }\n": types.GenieAnswerDocument,
    "\n  query GenieHistory($id: ID!) {\n    node(id: $id) {\n      ... on GenieSpace {\n        conversations { nodes { id title createdAt messages { nodes { id question status } } } }\n      }\n    }\n  }\n": types.GenieHistoryDocument,
    "\n  mutation RerunGenieQuery($messageId: ID!) {\n    rerunGenieQuery(input: { messageId: $messageId }) { message { id status } }\n  }\n": types.RerunGenieQueryDocument,
    "\n  mutation RateGenieAnswer($input: RateGenieAnswerInput!) {\n    rateGenieAnswer(input: $input) { message { id rating } }\n  }\n": types.RateGenieAnswerDocument,
    "\n  query Me {\n    me {\n      kind\n      scopes\n      tenantId\n      issuer\n      expiresAt\n      user { id name email role subject createdAt lastSeenAt }\n    }\n  }\n": types.MeDocument,
    "\n  query Datasets($first: Int, $after: String, $filter: DatasetFilter) {\n    datasets(first: $first, after: $after, filter: $filter) {\n      nodes { id name version type uri archived createdBy tags { name value } }\n      edges { cursor }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.DatasetsDocument,
    "\n  mutation UploadDataset($input: UploadDatasetInput!) {\n    uploadDataset(input: $input) {\n      dataset { id name version type uri tags { name value } }\n    }\n  }\n": types.UploadDatasetDocument,
    "\n  mutation StartExperiment($input: StartExperimentInput!) {\n    startExperiment(input: $input) {\n      run { id name status experiment { name } dataset { id name version } task targetColumn primaryMetric }\n    }\n  }\n": types.StartExperimentDocument,
    "\n  subscription RunStatusChanges($id: ID!, $after: String) {\n    runStatus(id: $id, after: $after) {\n      cursor\n      at\n      status\n      previousStatus\n      completedTrials\n      totalTrials\n      bestScore\n      run { id name status }\n    }\n  }\n": types.RunStatusChangesDocument,
    "\n  subscription RunLogs($id: ID!, $after: String) {\n    runLogs(id: $id, after: $after) { text cursor complete }\n  }\n": types.RunLogsDocument,
    "\n  query Trials($id: ID!) {\n    node(id: $id) {\n      ... on AutoMLRun {\n        id\n        status\n        durationSeconds\n        createdBy\n        primaryMetric\n        bestTrial { id algorithm score }\n        trials(first: 50) { nodes { id name algorithm score status metrics { name value } } }\n        models { id name version }\n      }\n    }\n  }\n": types.TrialsDocument,
    "\n  mutation RegisterModel($input: RegisterModelInput!) {\n    registerModel(input: $input) {\n      model { id name version format uri run { id name } }\n    }\n  }\n": types.RegisterModelDocument,
    "\n  query Models {\n    models {\n      nodes { id name version provider run { id } }\n      sources { provider ok code }\n    }\n  }\n": types.ModelsDocument,
    "\n  query Runs($first: Int, $after: String, $filter: RunFilter) {\n    runs(first: $first, after: $after, filter: $filter) {\n      nodes { id name status createdAt provider }\n      pageInfo { hasNextPage endCursor }\n      sources { provider ok code message }\n    }\n  }\n": types.RunsDocument,
    "\n  mutation CancelRun($id: ID!) {\n    cancelRun(input: { id: $id }) { run { id status } }\n  }\n": types.CancelRunDocument,
    "\n  query Agents($first: Int, $after: String) {\n    agents(first: $first, after: $after) {\n      nodes { id name version enabled description model tools createdAt syncedAt }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.AgentsDocument,
    "\n  mutation CreateSession($input: CreateSessionInput!) {\n    createSession(input: $input) { session { id title agent { name } createdAt updatedAt } }\n  }\n": types.CreateSessionDocument,
    "\n  mutation DeleteSession($id: ID!) {\n    deleteSession(input: { id: $id }) { id }\n  }\n": types.DeleteSessionDocument,
    "\n  query Sessions($first: Int, $after: String, $filter: SessionFilter) {\n    sessions(first: $first, after: $after, filter: $filter) {\n      nodes { id title agent { name } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.SessionsDocument,
    "\n  query History($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {\n    node(id: $id) {\n      ... on Session {\n        id\n        title\n        messages(first: $first, after: $after, last: $last, before: $before) {\n          nodes {\n            id\n            role\n            status\n            content\n            streamCursor\n            completedAt\n            usage { inputTokens outputTokens totalTokens }\n            error { code message }\n            citations { url }\n            pendingApprovals { id toolName }\n            pendingConsents { id url }\n          }\n          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n        }\n      }\n    }\n  }\n": types.HistoryDocument,
    "\n  mutation SendMessage($input: SendMessageInput!) {\n    sendMessage(input: $input) {\n      message { id role status content }\n      reply { id role status content streamCursor }\n    }\n  }\n": types.SendMessageDocument,
    "\n  mutation CancelReply($messageId: ID!) {\n    cancelReply(input: { messageId: $messageId }) { reply { id status content } }\n  }\n": types.CancelReplyDocument,
    "\n  mutation DecideToolApproval($input: DecideToolApprovalInput!) {\n    decideToolApproval(input: $input) { reply { id status pendingApprovals { id } } }\n  }\n": types.DecideToolApprovalDocument,
    "\n  mutation ResumeReply($messageId: ID!) {\n    resumeReply(input: { messageId: $messageId }) { reply { id status } }\n  }\n": types.ResumeReplyDocument,
    "\n  subscription ChatReply($sessionId: ID!, $after: String) {\n    chatReply(sessionId: $sessionId, after: $after) {\n      __typename\n      cursor\n      messageId\n      at\n      ... on ReplyDelta { text }\n      ... on ToolApprovalRequested { approval { id toolName serverLabel arguments } }\n      ... on ConsentRequired { consent { id url } }\n      ... on ReplyCompleted { message { id status content usage { totalTokens } error { code } } }\n      ... on ReplyFailed { code reason retryAfterSeconds }\n    }\n  }\n": types.ChatReplyDocument,
    "\n  query AuditEvents($first: Int, $filter: AuditFilter) {\n    auditEvents(first: $first, filter: $filter) {\n      nodes { id at actor actorKind action target outcome upstream requestId }\n    }\n  }\n": types.AuditEventsDocument,
    "\n  query Services($first: Int, $after: String) {\n    services(first: $first, after: $after) {\n      nodes {\n        id\n        systemName\n        name\n        provider\n        description\n        endpoint\n        authMethod\n        health { name status }\n        configSchema\n      }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message }\n    }\n  }\n": types.ServicesDocument,
    "\n  query ServiceByName($name: String!) {\n    service(name: $name) {\n      id\n      systemName\n      configs { nodes { id name data tags } }\n      artifacts { nodes { id level type parent { id } children { id } } }\n      runs { nodes { id status } sources { ok } }\n      models { nodes { id name provider } sources { service ok } }\n    }\n  }\n": types.ServiceByNameDocument,
    "\n  mutation CreateConfig($input: CreateConfigInput!) {\n    createConfig(input: $input) { config { id name data tags createdAt service { systemName } } }\n  }\n": types.CreateConfigDocument,
    "\n  mutation UpdateConfig($input: UpdateConfigInput!) {\n    updateConfig(input: $input) { config { id name data tags } }\n  }\n": types.UpdateConfigDocument,
    "\n  mutation DeleteConfig($id: ID!) {\n    deleteConfig(input: { id: $id }) { id }\n  }\n": types.DeleteConfigDocument,
    "\n  mutation DeleteArtifact($id: ID!) {\n    deleteArtifact(input: { id: $id }) { id }\n  }\n": types.DeleteArtifactDocument,
    "\n  mutation Train($input: TrainInput!) {\n    train(input: $input) { run { id provider status createdBy service { systemName } artifact { id } } }\n  }\n": types.TrainDocument,
    "\n  mutation Predict($input: PredictInput!) {\n    predict(input: $input) { run { id status } }\n  }\n": types.PredictDocument,
    "\n  query ServiceRun($id: ID!) {\n    node(id: $id) {\n      __typename\n      ... on Run {\n        id\n        provider\n        name\n        status\n        rawStatus\n        createdAt\n        startedAt\n        finishedAt\n        durationSeconds\n        createdBy\n        error { code message }\n        logs { text complete }\n        models { __typename id name }\n      }\n      ... on TrainingRun { artifact { id level type data } }\n      ... on PredictionRun { artifact { id level parent { id } } predictions { columns { name type } rows rowCount truncated } }\n    }\n  }\n": types.ServiceRunDocument,
    "\n  query AllRuns($first: Int, $after: String, $filter: RunFilter) {\n    runs(first: $first, after: $after, filter: $filter) {\n      nodes { __typename id provider status createdAt }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message retryAfterSeconds }\n    }\n  }\n": types.AllRunsDocument,
    "\n  query AllModels($first: Int, $after: String, $filter: ModelFilter) {\n    models(first: $first, after: $after, filter: $filter) {\n      nodes { __typename id provider name createdAt run { id } ... on ServiceModel { service { systemName } artifact { id } } }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message }\n    }\n  }\n": types.AllModelsDocument,
    "\n  query Keys($first: Int, $after: String) {\n    services(first: $first, after: $after) {\n      nodes {\n        id\n        systemName\n        name\n        provider\n        endpoint\n        authMethod\n        hasKey\n        key { id state plan appId prefix createdAt service { systemName } }\n      }\n      pageInfo { hasNextPage endCursor }\n      sources { provider ok code message }\n    }\n  }\n": types.KeysDocument,
    "\n  query KeyOf($name: String!) {\n    service(name: $name) { id systemName provider endpoint authMethod hasKey key { id state } }\n  }\n": types.KeyOfDocument,
    "\n  query ServiceKeyById($id: ID!) {\n    node(id: $id) { ... on ServiceKey { id state prefix service { systemName } } }\n  }\n": types.ServiceKeyByIdDocument,
    "\n  mutation InitServiceKey($input: InitServiceKeyInput!) {\n    initServiceKey(input: $input) {\n      service { id systemName hasKey }\n      key { id state prefix appId service { systemName } }\n      secret\n      isNew\n      plan\n    }\n  }\n": types.InitServiceKeyDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query GenieSpaces($first: Int, $after: String) {\n    genieSpaces(first: $first, after: $after) {\n      nodes { id title description }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql.ts').GenieSpacesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AskGenie($input: AskGenieInput!) {\n    askGenie(input: $input) {\n      message { id question status createdAt conversation { id title } }\n    }\n  }\n"): typeof import('./graphql.ts').AskGenieDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription GenieReply($messageId: ID!, $after: String) {\n    genieReply(messageId: $messageId, after: $after) {\n      cursor\n      at\n      message { id status text query { sql } error { code message } }\n    }\n  }\n"): typeof import('./graphql.ts').GenieReplyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query GenieAnswer($id: ID!, $maxRows: Int) {\n    node(id: $id) {\n      ... on GenieMessage {\n        id\n        question\n        status\n        text\n        followUpQuestion\n        suggestedQuestions\n        rating\n        error { code message }\n        conversation { id title space { id title } }\n        query {\n          sql\n          description\n          result(maxRows: $maxRows) { columns { name type } rows rowCount truncated }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').GenieAnswerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query GenieHistory($id: ID!) {\n    node(id: $id) {\n      ... on GenieSpace {\n        conversations { nodes { id title createdAt messages { nodes { id question status } } } }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').GenieHistoryDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RerunGenieQuery($messageId: ID!) {\n    rerunGenieQuery(input: { messageId: $messageId }) { message { id status } }\n  }\n"): typeof import('./graphql.ts').RerunGenieQueryDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RateGenieAnswer($input: RateGenieAnswerInput!) {\n    rateGenieAnswer(input: $input) { message { id rating } }\n  }\n"): typeof import('./graphql.ts').RateGenieAnswerDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Me {\n    me {\n      kind\n      scopes\n      tenantId\n      issuer\n      expiresAt\n      user { id name email role subject createdAt lastSeenAt }\n    }\n  }\n"): typeof import('./graphql.ts').MeDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Datasets($first: Int, $after: String, $filter: DatasetFilter) {\n    datasets(first: $first, after: $after, filter: $filter) {\n      nodes { id name version type uri archived createdBy tags { name value } }\n      edges { cursor }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql.ts').DatasetsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UploadDataset($input: UploadDatasetInput!) {\n    uploadDataset(input: $input) {\n      dataset { id name version type uri tags { name value } }\n    }\n  }\n"): typeof import('./graphql.ts').UploadDatasetDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartExperiment($input: StartExperimentInput!) {\n    startExperiment(input: $input) {\n      run { id name status experiment { name } dataset { id name version } task targetColumn primaryMetric }\n    }\n  }\n"): typeof import('./graphql.ts').StartExperimentDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription RunStatusChanges($id: ID!, $after: String) {\n    runStatus(id: $id, after: $after) {\n      cursor\n      at\n      status\n      previousStatus\n      completedTrials\n      totalTrials\n      bestScore\n      run { id name status }\n    }\n  }\n"): typeof import('./graphql.ts').RunStatusChangesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription RunLogs($id: ID!, $after: String) {\n    runLogs(id: $id, after: $after) { text cursor complete }\n  }\n"): typeof import('./graphql.ts').RunLogsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Trials($id: ID!) {\n    node(id: $id) {\n      ... on AutoMLRun {\n        id\n        status\n        durationSeconds\n        createdBy\n        primaryMetric\n        bestTrial { id algorithm score }\n        trials(first: 50) { nodes { id name algorithm score status metrics { name value } } }\n        models { id name version }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').TrialsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RegisterModel($input: RegisterModelInput!) {\n    registerModel(input: $input) {\n      model { id name version format uri run { id name } }\n    }\n  }\n"): typeof import('./graphql.ts').RegisterModelDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Models {\n    models {\n      nodes { id name version provider run { id } }\n      sources { provider ok code }\n    }\n  }\n"): typeof import('./graphql.ts').ModelsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Runs($first: Int, $after: String, $filter: RunFilter) {\n    runs(first: $first, after: $after, filter: $filter) {\n      nodes { id name status createdAt provider }\n      pageInfo { hasNextPage endCursor }\n      sources { provider ok code message }\n    }\n  }\n"): typeof import('./graphql.ts').RunsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelRun($id: ID!) {\n    cancelRun(input: { id: $id }) { run { id status } }\n  }\n"): typeof import('./graphql.ts').CancelRunDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Agents($first: Int, $after: String) {\n    agents(first: $first, after: $after) {\n      nodes { id name version enabled description model tools createdAt syncedAt }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql.ts').AgentsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateSession($input: CreateSessionInput!) {\n    createSession(input: $input) { session { id title agent { name } createdAt updatedAt } }\n  }\n"): typeof import('./graphql.ts').CreateSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteSession($id: ID!) {\n    deleteSession(input: { id: $id }) { id }\n  }\n"): typeof import('./graphql.ts').DeleteSessionDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Sessions($first: Int, $after: String, $filter: SessionFilter) {\n    sessions(first: $first, after: $after, filter: $filter) {\n      nodes { id title agent { name } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): typeof import('./graphql.ts').SessionsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query History($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {\n    node(id: $id) {\n      ... on Session {\n        id\n        title\n        messages(first: $first, after: $after, last: $last, before: $before) {\n          nodes {\n            id\n            role\n            status\n            content\n            streamCursor\n            completedAt\n            usage { inputTokens outputTokens totalTokens }\n            error { code message }\n            citations { url }\n            pendingApprovals { id toolName }\n            pendingConsents { id url }\n          }\n          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n        }\n      }\n    }\n  }\n"): typeof import('./graphql.ts').HistoryDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SendMessage($input: SendMessageInput!) {\n    sendMessage(input: $input) {\n      message { id role status content }\n      reply { id role status content streamCursor }\n    }\n  }\n"): typeof import('./graphql.ts').SendMessageDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelReply($messageId: ID!) {\n    cancelReply(input: { messageId: $messageId }) { reply { id status content } }\n  }\n"): typeof import('./graphql.ts').CancelReplyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DecideToolApproval($input: DecideToolApprovalInput!) {\n    decideToolApproval(input: $input) { reply { id status pendingApprovals { id } } }\n  }\n"): typeof import('./graphql.ts').DecideToolApprovalDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ResumeReply($messageId: ID!) {\n    resumeReply(input: { messageId: $messageId }) { reply { id status } }\n  }\n"): typeof import('./graphql.ts').ResumeReplyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ChatReply($sessionId: ID!, $after: String) {\n    chatReply(sessionId: $sessionId, after: $after) {\n      __typename\n      cursor\n      messageId\n      at\n      ... on ReplyDelta { text }\n      ... on ToolApprovalRequested { approval { id toolName serverLabel arguments } }\n      ... on ConsentRequired { consent { id url } }\n      ... on ReplyCompleted { message { id status content usage { totalTokens } error { code } } }\n      ... on ReplyFailed { code reason retryAfterSeconds }\n    }\n  }\n"): typeof import('./graphql.ts').ChatReplyDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AuditEvents($first: Int, $filter: AuditFilter) {\n    auditEvents(first: $first, filter: $filter) {\n      nodes { id at actor actorKind action target outcome upstream requestId }\n    }\n  }\n"): typeof import('./graphql.ts').AuditEventsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Services($first: Int, $after: String) {\n    services(first: $first, after: $after) {\n      nodes {\n        id\n        systemName\n        name\n        provider\n        description\n        endpoint\n        authMethod\n        health { name status }\n        configSchema\n      }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message }\n    }\n  }\n"): typeof import('./graphql.ts').ServicesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ServiceByName($name: String!) {\n    service(name: $name) {\n      id\n      systemName\n      configs { nodes { id name data tags } }\n      artifacts { nodes { id level type parent { id } children { id } } }\n      runs { nodes { id status } sources { ok } }\n      models { nodes { id name provider } sources { service ok } }\n    }\n  }\n"): typeof import('./graphql.ts').ServiceByNameDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateConfig($input: CreateConfigInput!) {\n    createConfig(input: $input) { config { id name data tags createdAt service { systemName } } }\n  }\n"): typeof import('./graphql.ts').CreateConfigDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateConfig($input: UpdateConfigInput!) {\n    updateConfig(input: $input) { config { id name data tags } }\n  }\n"): typeof import('./graphql.ts').UpdateConfigDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteConfig($id: ID!) {\n    deleteConfig(input: { id: $id }) { id }\n  }\n"): typeof import('./graphql.ts').DeleteConfigDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteArtifact($id: ID!) {\n    deleteArtifact(input: { id: $id }) { id }\n  }\n"): typeof import('./graphql.ts').DeleteArtifactDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Train($input: TrainInput!) {\n    train(input: $input) { run { id provider status createdBy service { systemName } artifact { id } } }\n  }\n"): typeof import('./graphql.ts').TrainDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Predict($input: PredictInput!) {\n    predict(input: $input) { run { id status } }\n  }\n"): typeof import('./graphql.ts').PredictDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ServiceRun($id: ID!) {\n    node(id: $id) {\n      __typename\n      ... on Run {\n        id\n        provider\n        name\n        status\n        rawStatus\n        createdAt\n        startedAt\n        finishedAt\n        durationSeconds\n        createdBy\n        error { code message }\n        logs { text complete }\n        models { __typename id name }\n      }\n      ... on TrainingRun { artifact { id level type data } }\n      ... on PredictionRun { artifact { id level parent { id } } predictions { columns { name type } rows rowCount truncated } }\n    }\n  }\n"): typeof import('./graphql.ts').ServiceRunDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AllRuns($first: Int, $after: String, $filter: RunFilter) {\n    runs(first: $first, after: $after, filter: $filter) {\n      nodes { __typename id provider status createdAt }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message retryAfterSeconds }\n    }\n  }\n"): typeof import('./graphql.ts').AllRunsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AllModels($first: Int, $after: String, $filter: ModelFilter) {\n    models(first: $first, after: $after, filter: $filter) {\n      nodes { __typename id provider name createdAt run { id } ... on ServiceModel { service { systemName } artifact { id } } }\n      pageInfo { hasNextPage endCursor }\n      sources { provider service ok code message }\n    }\n  }\n"): typeof import('./graphql.ts').AllModelsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Keys($first: Int, $after: String) {\n    services(first: $first, after: $after) {\n      nodes {\n        id\n        systemName\n        name\n        provider\n        endpoint\n        authMethod\n        hasKey\n        key { id state plan appId prefix createdAt service { systemName } }\n      }\n      pageInfo { hasNextPage endCursor }\n      sources { provider ok code message }\n    }\n  }\n"): typeof import('./graphql.ts').KeysDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query KeyOf($name: String!) {\n    service(name: $name) { id systemName provider endpoint authMethod hasKey key { id state } }\n  }\n"): typeof import('./graphql.ts').KeyOfDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ServiceKeyById($id: ID!) {\n    node(id: $id) { ... on ServiceKey { id state prefix service { systemName } } }\n  }\n"): typeof import('./graphql.ts').ServiceKeyByIdDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation InitServiceKey($input: InitServiceKeyInput!) {\n    initServiceKey(input: $input) {\n      service { id systemName hasKey }\n      key { id state prefix appId service { systemName } }\n      secret\n      isNew\n      plan\n    }\n  }\n"): typeof import('./graphql.ts').InitServiceKeyDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
