/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What to learn. */
export type AutoMlTask =
  | 'CLASSIFICATION'
  | 'FORECASTING'
  | 'REGRESSION';

/** `type` and `tag` are those of the data asset, not of a version; an upload writes its tags on both. */
export type DatasetFilter = {
  /** Archived ones too. */
  includeArchived?: boolean | null | undefined;
  /** Part of the name, in any letter case. */
  nameContains?: string | null | undefined;
  /** Only those that carry this tag with this value. */
  tag?: TagInput | null | undefined;
  /** Only this type. */
  type?: DatasetType | null | undefined;
};

/** A file, a folder of files, or a table with columns. */
export type DatasetType =
  | 'FILE'
  | 'FOLDER'
  | 'TABLE';

/** `extensions.code` of every error. Beside it, where they apply: upstream, retryAfterSeconds, claims, consentUrl, field, requestId. */
export type ErrorCode =
  /** The operation or its arguments; `field` names what was refused. */
  | 'BAD_USER_INPUT'
  /** It clashes with what is there. */
  | 'CONFLICT'
  /** Refused by the upstream's content policy: other words, not another try. */
  | 'CONTENT_FILTERED'
  /** `after` names an event that is no longer kept: read the present state and subscribe without it. */
  | 'CURSOR_EXPIRED'
  /** Known who asks, and not allowed. */
  | 'FORBIDDEN'
  /** The identity provider wants the person: MFA (`claims` is what to pass to the sign-in) or consent (`consentUrl`). */
  | 'INTERACTION_REQUIRED'
  /** A fault of this gateway; it is logged under `requestId`. */
  | 'INTERNAL'
  /** There is none, or none for this caller. */
  | 'NOT_FOUND'
  /** The operation costs more than one may. */
  | 'QUERY_TOO_COMPLEX'
  /** Too often; `retryAfterSeconds` says when again. */
  | 'RATE_LIMITED'
  /** No credential, or one that does not verify (HTTP 401). */
  | 'UNAUTHENTICATED'
  /** The upstream answered what its contract does not allow. */
  | 'UPSTREAM_ERROR'
  /** This gateway has no such upstream. */
  | 'UPSTREAM_NOT_CONFIGURED'
  /** The upstream did not answer within its deadline. */
  | 'UPSTREAM_TIMEOUT'
  /** The upstream is down or refuses work; another try may succeed. */
  | 'UPSTREAM_UNAVAILABLE';

/** The platforms behind this API. It will grow: keep a default branch. */
export type Provider =
  | 'AZURE_FOUNDRY'
  | 'AZURE_ML'
  | 'CHAPKIT'
  | 'DATABRICKS'
  | 'LOCAL'
  | 'THREESCALE';

/** `runId`: a trial, or an AutoML run for its best trial. */
export type RegisterModelInput = {
  /** Free text. */
  description?: string | null | undefined;
  /** Of the model; new, or one to add a version to. */
  name: string;
  /** Of the run whose model to register. */
  runId: string | number;
  /** Set on the version. */
  tags?: Array<TagInput> | null | undefined;
};

/** Which runs. A filter that lists values means any of them. */
export type RunFilter = {
  /** Made at this time or later. */
  createdAfter?: string | null | undefined;
  /** Made before this time. */
  createdBefore?: string | null | undefined;
  /** Of the experiment with this name. */
  experiment?: string | null | undefined;
  /** Of these platforms. */
  provider?: Array<Provider> | null | undefined;
  /** Of the service with this systemName. */
  service?: string | null | undefined;
  /** In one of these states. */
  status?: Array<RunStatus> | null | undefined;
};

/**
 * Final: COMPLETED, FAILED, CANCELED. UNKNOWN is a word that the gateway does not know: not final.
 * A job that a restarted service has forgotten is COMPLETED if its artifact exists, else FAILED with error code LOST.
 */
export type RunStatus =
  | 'CANCELED'
  | 'CANCELING'
  | 'COMPLETED'
  | 'FAILED'
  | 'FINALIZING'
  | 'PAUSED'
  | 'PENDING'
  | 'PREPARING'
  | 'RUNNING'
  | 'UNKNOWN'
  | 'UNRESPONSIVE';

/** What a caller may do. A member has all but ADMIN, an administrator all. */
export type Scope =
  | 'ADMIN'
  | 'CHAT'
  | 'DEPLOY'
  | 'KEYS'
  | 'PREDICT'
  | 'READ'
  | 'TRAIN';

/** What AutoML should learn, from what, and how much it may try. */
export type StartExperimentInput = {
  /** Only these. Not together with blockedAlgorithms. */
  allowedAlgorithms?: Array<string> | null | undefined;
  /** Not these. Not together with allowedAlgorithms. */
  blockedAlgorithms?: Array<string> | null | undefined;
  /** The same again, by the same caller, returns the first run; with other content, CONFLICT. */
  clientRunId?: string | null | undefined;
  /** Without it, serverless. */
  compute?: string | null | undefined;
  /** Folds, at least 2. */
  crossValidations?: number | null | undefined;
  /** A TABLE. */
  datasetId: string | number;
  /** For people. */
  displayName?: string | null | undefined;
  /** Name of the group; made when new. */
  experiment: string;
  /** Forecasting: how many steps ahead. */
  horizon?: number | null | undefined;
  /** 2 without. */
  maxConcurrentTrials?: number | null | undefined;
  /** 20 without: the gateway's own limits, not Azure's 1000 trials and 6 hours. */
  maxTrials?: number | null | undefined;
  /** What trials are ranked by, in Azure's word; its default without. */
  primaryMetric?: string | null | undefined;
  /** Set on the run. */
  tags?: Array<TagInput> | null | undefined;
  /** The column to predict. */
  targetColumn: string;
  /** What to learn. */
  task: AutoMlTask;
  /** Forecasting: the column that holds the time. */
  timeColumn?: string | null | undefined;
  /** Forecasting: the columns that tell the series apart. */
  timeSeriesIdColumns?: Array<string> | null | undefined;
  /** 60 without. */
  timeoutMinutes?: number | null | undefined;
  /** Rows to score on; without, some are held out. */
  validationDatasetId?: string | number | null | undefined;
};

/** A tag to set or to look for. */
export type TagInput = {
  /** The name. */
  name: string;
  /** The value. */
  value: string;
};

/** A file to store and register. A CSV or TSV becomes a TABLE, anything else a FILE. */
export type UploadDatasetInput = {
  /** Free text. */
  description?: string | null | undefined;
  /** Streamed through to storage, of any size. */
  file: File;
  /** Of the data asset; new, or one to add a version to. */
  name: string;
  /** Written on the asset and on the version. */
  tags?: Array<TagInput> | null | undefined;
  /** Without it, the next free one. */
  version?: string | null | undefined;
};

/** ADMIN by the app role `mlgraph.admin`, else MEMBER. */
export type UserRole =
  | 'ADMIN'
  | 'MEMBER';

/** A person with a token, or a service with an API key. */
export type ViewerKind =
  | 'SERVICE'
  | 'USER';

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: { kind: ViewerKind, scopes: Array<Scope>, tenantId: string | null, issuer: string | null, expiresAt: string | null, user: { id: string, name: string | null, email: string | null, role: UserRole, subject: string | null, createdAt: string, lastSeenAt: string | null } | null } };

export type DatasetsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: DatasetFilter | null | undefined;
}>;


export type DatasetsQuery = { datasets: { nodes: Array<{ id: string, name: string, version: string | null, type: DatasetType, uri: string | null, archived: boolean, createdBy: string | null, tags: Array<{ name: string, value: string }> }>, edges: Array<{ cursor: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type UploadDatasetMutationVariables = Exact<{
  input: UploadDatasetInput;
}>;


export type UploadDatasetMutation = { uploadDataset: { dataset: { id: string, name: string, version: string | null, type: DatasetType, uri: string | null, tags: Array<{ name: string, value: string }> } } | null };

export type StartExperimentMutationVariables = Exact<{
  input: StartExperimentInput;
}>;


export type StartExperimentMutation = { startExperiment: { run: { id: string, name: string, status: RunStatus, task: AutoMlTask | null, targetColumn: string | null, primaryMetric: string | null, experiment: { name: string } | null, dataset: { id: string, name: string, version: string | null } | null } } | null };

export type RunStatusChangesSubscriptionVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type RunStatusChangesSubscription = { runStatus: { cursor: string, at: string, status: RunStatus, previousStatus: RunStatus | null, completedTrials: number | null, totalTrials: number | null, bestScore: number | null, run:
      | { id: string, name: string, status: RunStatus }
      | { id: string, name: string, status: RunStatus }
      | { id: string, name: string, status: RunStatus }
     } };

export type RunLogsSubscriptionVariables = Exact<{
  id: string | number;
  after?: string | null | undefined;
}>;


export type RunLogsSubscription = { runLogs: { text: string, cursor: string, complete: boolean } };

export type TrialsQueryVariables = Exact<{
  id: string | number;
}>;


export type TrialsQuery = { node:
    | { id: string, status: RunStatus, durationSeconds: number | null, createdBy: string | null, primaryMetric: string | null, bestTrial: { id: string, algorithm: string | null, score: number | null } | null, trials: { nodes: Array<{ id: string, name: string, algorithm: string | null, score: number | null, status: RunStatus, metrics: Array<{ name: string, value: number | null }> | null }> } | null, models: Array<{ id: string, name: string, version: string | null }> | null }
    | Record<PropertyKey, never>
   | null };

export type RegisterModelMutationVariables = Exact<{
  input: RegisterModelInput;
}>;


export type RegisterModelMutation = { registerModel: { model: { id: string, name: string, version: string | null, format: string | null, uri: string | null, run:
        | { id: string, name: string }
        | { id: string, name: string }
        | { id: string, name: string }
       | null } } | null };

export type ModelsQueryVariables = Exact<{ [key: string]: never; }>;


export type ModelsQuery = { models: { nodes: Array<{ id: string, name: string, version: string | null, provider: Provider, run:
        | { id: string }
        | { id: string }
        | { id: string }
       | null }>, sources: Array<{ provider: Provider, ok: boolean, code: ErrorCode | null }> } | null };

export type RunsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: RunFilter | null | undefined;
}>;


export type RunsQuery = { runs: { nodes: Array<
      | { id: string, name: string, status: RunStatus, createdAt: string | null, provider: Provider }
      | { id: string, name: string, status: RunStatus, createdAt: string | null, provider: Provider }
      | { id: string, name: string, status: RunStatus, createdAt: string | null, provider: Provider }
    >, pageInfo: { hasNextPage: boolean, endCursor: string | null }, sources: Array<{ provider: Provider, ok: boolean, code: ErrorCode | null, message: string | null }> } | null };

export type CancelRunMutationVariables = Exact<{
  id: string | number;
}>;


export type CancelRunMutation = { cancelRun: { run:
      | { id: string, status: RunStatus }
      | { id: string, status: RunStatus }
      | { id: string, status: RunStatus }
     | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const MeDocument = new TypedDocumentString(`
    query Me {
  me {
    kind
    scopes
    tenantId
    issuer
    expiresAt
    user {
      id
      name
      email
      role
      subject
      createdAt
      lastSeenAt
    }
  }
}
    `) as unknown as TypedDocumentString<MeQuery, MeQueryVariables>;
export const DatasetsDocument = new TypedDocumentString(`
    query Datasets($first: Int, $after: String, $filter: DatasetFilter) {
  datasets(first: $first, after: $after, filter: $filter) {
    nodes {
      id
      name
      version
      type
      uri
      archived
      createdBy
      tags {
        name
        value
      }
    }
    edges {
      cursor
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<DatasetsQuery, DatasetsQueryVariables>;
export const UploadDatasetDocument = new TypedDocumentString(`
    mutation UploadDataset($input: UploadDatasetInput!) {
  uploadDataset(input: $input) {
    dataset {
      id
      name
      version
      type
      uri
      tags {
        name
        value
      }
    }
  }
}
    `) as unknown as TypedDocumentString<UploadDatasetMutation, UploadDatasetMutationVariables>;
export const StartExperimentDocument = new TypedDocumentString(`
    mutation StartExperiment($input: StartExperimentInput!) {
  startExperiment(input: $input) {
    run {
      id
      name
      status
      experiment {
        name
      }
      dataset {
        id
        name
        version
      }
      task
      targetColumn
      primaryMetric
    }
  }
}
    `) as unknown as TypedDocumentString<StartExperimentMutation, StartExperimentMutationVariables>;
export const RunStatusChangesDocument = new TypedDocumentString(`
    subscription RunStatusChanges($id: ID!, $after: String) {
  runStatus(id: $id, after: $after) {
    cursor
    at
    status
    previousStatus
    completedTrials
    totalTrials
    bestScore
    run {
      id
      name
      status
    }
  }
}
    `) as unknown as TypedDocumentString<RunStatusChangesSubscription, RunStatusChangesSubscriptionVariables>;
export const RunLogsDocument = new TypedDocumentString(`
    subscription RunLogs($id: ID!, $after: String) {
  runLogs(id: $id, after: $after) {
    text
    cursor
    complete
  }
}
    `) as unknown as TypedDocumentString<RunLogsSubscription, RunLogsSubscriptionVariables>;
export const TrialsDocument = new TypedDocumentString(`
    query Trials($id: ID!) {
  node(id: $id) {
    ... on AutoMLRun {
      id
      status
      durationSeconds
      createdBy
      primaryMetric
      bestTrial {
        id
        algorithm
        score
      }
      trials(first: 50) {
        nodes {
          id
          name
          algorithm
          score
          status
          metrics {
            name
            value
          }
        }
      }
      models {
        id
        name
        version
      }
    }
  }
}
    `) as unknown as TypedDocumentString<TrialsQuery, TrialsQueryVariables>;
export const RegisterModelDocument = new TypedDocumentString(`
    mutation RegisterModel($input: RegisterModelInput!) {
  registerModel(input: $input) {
    model {
      id
      name
      version
      format
      uri
      run {
        id
        name
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RegisterModelMutation, RegisterModelMutationVariables>;
export const ModelsDocument = new TypedDocumentString(`
    query Models {
  models {
    nodes {
      id
      name
      version
      provider
      run {
        id
      }
    }
    sources {
      provider
      ok
      code
    }
  }
}
    `) as unknown as TypedDocumentString<ModelsQuery, ModelsQueryVariables>;
export const RunsDocument = new TypedDocumentString(`
    query Runs($first: Int, $after: String, $filter: RunFilter) {
  runs(first: $first, after: $after, filter: $filter) {
    nodes {
      id
      name
      status
      createdAt
      provider
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    sources {
      provider
      ok
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RunsQuery, RunsQueryVariables>;
export const CancelRunDocument = new TypedDocumentString(`
    mutation CancelRun($id: ID!) {
  cancelRun(input: { id: $id }) {
    run {
      id
      status
    }
  }
}
    `) as unknown as TypedDocumentString<CancelRunMutation, CancelRunMutationVariables>;