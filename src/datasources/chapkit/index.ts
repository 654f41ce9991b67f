import type { ServiceHealth } from '../../domain/health.ts';
import type { Page, PageRequest } from '../../domain/paging.ts';
import type {
  Artifact,
  ConfigContent,
  ModelConfig,
  Service,
  ServiceJob,
  SubmittedJob,
} from '../../domain/services.ts';
import type { Table, TableInput } from '../../domain/tables.ts';

/**
 * One Chapkit service, for one operation, with the gateway's own key: the service knows no people, so what a person
 * may do is its caller's to check. One that is published elsewhere is called there with the person's own key. Speaks both generations of the wire (1.x and 2.x). All throw MlgraphError.
 */
export type Chapkit = {
  service: Service;
  /** First seven characters of the key that the service last accepted, for the trail; null where it needs none. */
  keyPrefix(): string | null;
  /** What the service says of itself; remembered for minutes. Falls back to the settings where it cannot be reached. */
  describe(): Promise<{ name: string; description: string | null }>;
  health(): Promise<ServiceHealth>;
  /** JSON Schema of a configuration's `data`. */
  configSchema(): Promise<unknown>;

  /** Newest first. */
  listConfigs(page: PageRequest): Promise<Page<ModelConfig>>;
  /** By key, of all of them. */
  configNames(): Promise<ReadonlyMap<string, string>>;
  getConfig(key: string): Promise<ModelConfig>;
  /** Under a key of our own making, so that a lost answer is read back and never made twice. */
  createConfig(content: ConfigContent): Promise<ModelConfig>;
  updateConfig(key: string, content: ConfigContent): Promise<ModelConfig>;
  /** With the artifacts that are linked to it. */
  deleteConfig(key: string): Promise<void>;

  /** Newest first. */
  listArtifacts(page: PageRequest): Promise<Page<Artifact>>;
  /** What the trainings put out, all of them, newest first: the service's models. */
  listTrained(): Promise<Artifact[]>;
  getArtifact(key: string): Promise<Artifact>;
  /** The `data` envelope; of a content that is no JSON, its description. */
  artifactData(key: string): Promise<unknown>;
  /** What the job that made it wrote, where the service keeps that. */
  outputOf(key: string): Promise<{ stdout: string | null; stderr: string | null }>;
  /** Newest first. */
  childrenOf(key: string): Promise<Artifact[]>;
  deleteArtifact(key: string): Promise<void>;

  /**
   * Asks the service whether it would accept the job ($validate); one that has no such check accepts all.
   * @throws BAD_USER_INPUT or NOT_FOUND naming the field of the input (`input.configId`, `input.data`, …).
   */
  checkTraining(job: TrainingJob): Promise<void>;
  checkPrediction(job: PredictionJob): Promise<void>;
  /** Never repeated: each submit is a job. */
  train(job: TrainingJob): Promise<SubmittedJob>;
  predict(job: PredictionJob): Promise<SubmittedJob>;
  /** Null: the service has forgotten it. */
  getJob(key: string): Promise<ServiceJob | null>;
  /** Stops the job, and makes the service forget it. A job that is forgotten already is no error. */
  cancelJob(key: string): Promise<void>;
  /** The rows that a prediction put out. */
  predictions(artifactKey: string): Promise<Table>;
};

/** `geo`: a FeatureCollection, or null. */
export type TrainingJob = { configKey: string; data: TableInput; geo: unknown };
export type PredictionJob = { artifactKey: string; historic: TableInput; future: TableInput; geo: unknown };
