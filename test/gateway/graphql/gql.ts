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
};
const documents: Documents = {
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
};

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


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
