import type { Provider } from './providers.ts';

/** An ML service of the catalogue. */
export type Service = {
  kind: 'SERVICE';
  id: string;
  /** Unique; what filters and SourceReport call it. */
  systemName: string;
  name: string;
  provider: Provider;
  description: string | null;
  /** A public base URL; null where it has not been read, and for a Chapkit service, whose address is inner. */
  endpoint: string | null;
  authMethod: ServiceAuth;
};
export const serviceAuths = ['API_KEY', 'APP_ID_AND_KEY', 'OPENID_CONNECT', 'OAUTH', 'NONE'] as const;
export type ServiceAuth = (typeof serviceAuths)[number];

/** What a person may do with a service whose operator names app roles for it. */
export const serviceRights = ['read', 'train', 'predict'] as const;
export type ServiceRight = (typeof serviceRights)[number];

/** A configuration of a Chapkit service; `data` fits the service's own JSON schema. */
export type ModelConfig = {
  kind: 'MODEL_CONFIG';
  id: string;
  /** ULID. */
  key: string;
  service: string;
  name: string;
  data: unknown;
  tags: string[];
  createdAt: Date;
  updatedAt: Date;
};
export type ConfigContent = { name: string; data: unknown; tags: string[] };

/** What a Chapkit service keeps of a job: its content is a call of its own. */
export type Artifact = {
  kind: 'ARTIFACT';
  id: string;
  /** ULID. */
  key: string;
  service: string;
  /** Key of the artifact it was made from. */
  parent: string | null;
  /** Key of the configuration it was made with; null where the service does not say. */
  config: string | null;
  /** 0 for what a training made, 1 for a prediction. */
  level: number;
  /** `ml_training_workspace`, `ml_prediction`, …; null where the service does not say. */
  type: string | null;
  /** Whether the job that made it says that it failed. */
  failed: boolean;
  contentType: string | null;
  sizeBytes: number | null;
  tags: string[];
  createdAt: Date;
  updatedAt: Date;
};

/** What a training put out; a service that says nothing of types has its trainings at the root. */
export const isTraining = ({ type, level }: Artifact): boolean =>
  type === null ? level === 0 : /train/.test(type);

/** A job as the service tells it; `artifactKey` where this generation of the wire says so. */
export type ServiceJob = {
  key: string;
  rawStatus: string;
  submittedAt: Date | null;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Already fit for a client: no traceback, no SQL. */
  error: string | null;
  artifactKey: string | null;
};
/** What a service answers to $train and $predict: the artifact is reserved, and there once the job has completed. */
export type SubmittedJob = { jobKey: string; artifactKey: string };
