import type { Dataset, DatasetFilter, DatasetUpload } from '../../domain/datasets.ts';
import type { Slice, SliceRequest } from '../../domain/merged-paging.ts';
import type { ModelFilter, ModelRegistration, RegisteredModel } from '../../domain/models.ts';
import type { Page, PageRequest } from '../../domain/paging.ts';
import type {
  AutoMLRequest,
  AutoMLRun,
  AzureRun,
  LogChunk,
  Metric,
  MetricPoint,
  RunFilter,
  TrialRun,
} from '../../domain/runs.ts';
import type { Compute, Experiment } from '../../domain/workspace.ts';

/**
 * One Azure ML workspace, as one caller, for one operation: its methods hold the operation's token function and
 * abort signal, batch what the upstream can batch, and remember answers no longer than the operation lasts.
 * All throw MlgraphError; a missing object is NOT_FOUND, a refusal by Azure FORBIDDEN with the action it names.
 */
export type AzureML = {
  /** `home` of the ids of this workspace's objects. */
  home: string;

  /** Data containers, each as its latest version. `type` and `tag` are the container's. */
  listDatasets(filter: DatasetFilter, page: PageRequest): Promise<Page<Dataset>>;
  /** Without a version, the latest. */
  getDataset(name: string, version: string | null): Promise<Dataset>;
  listDatasetVersions(name: string, page: PageRequest): Promise<Page<Dataset>>;
  /** The data uri of one version; batched and remembered within the operation. */
  datasetUri(name: string, version: string): Promise<string>;
  /** The header of a TABLE dataset's file, read from the workspace's own datastores only. */
  datasetColumns(dataset: Dataset): Promise<string[]>;
  /** Streams the file into the default datastore in blocks, then registers it; a failure leaves nothing registered. */
  uploadDataset(upload: DatasetUpload): Promise<Dataset>;
  archiveDataset(name: string, version: string): Promise<Dataset>;

  listExperiments(page: PageRequest): Promise<Page<Experiment>>;
  getExperiment(name: string): Promise<Experiment>;
  listComputes(page: PageRequest): Promise<Page<Compute>>;
  getCompute(name: string): Promise<Compute>;
  /** When the newest run of the experiment was made; null where it has none. */
  lastRunAt(experiment: string): Promise<Date | null>;

  /** Top-level runs, newest first. `filter.dataset` keeps those started here on that version. */
  listRuns(
    filter: RunFilter & { dataset?: { name: string; version: string } | null },
    request: SliceRequest,
  ): Promise<Slice<AzureRun>>;
  /** By run name: a job, or a trial. `fresh` reads past what the operation already knows. */
  getRun(name: string, options?: { fresh?: boolean }): Promise<AzureRun>;
  /** Trials of an AutoML run, or children of a sweep or pipeline. */
  listChildren(parent: string, page: PageRequest): Promise<Page<AzureRun>>;
  /** The best trial so far; null before the first has finished. */
  bestTrial(run: AutoMLRun): Promise<TrialRun | null>;
  /** Last values of the scalar metrics; of a page of runs in one call. */
  metrics(run: AzureRun): Promise<Metric[]>;
  metricHistory(runName: string, metric: string): Promise<MetricPoint[]>;
  /** Log text behind `cursor` (from the first line without), at most `maxBytes`. AutoML: setup first, then trials. */
  logs(run: AzureRun, cursor: string | null, maxBytes: number): Promise<LogChunk>;

  /** Idempotent by `request.name`; the same name with another `contentHash` is CONFLICT. */
  startAutoML(request: AutoMLRequest): Promise<AutoMLRun>;
  /** Accepted; the run turns CANCELING, then CANCELED. A run that is final stays as it is. */
  cancelRun(name: string): Promise<void>;

  /** The latest version of each, newest first. */
  listModels(filter: ModelFilter, request: SliceRequest): Promise<Slice<RegisteredModel>>;
  getModel(name: string, version: string | null): Promise<RegisteredModel>;
  listModelVersions(name: string, page: PageRequest): Promise<Page<RegisteredModel>>;
  /** Models registered from this run or its trials. */
  modelsOf(run: AzureRun): Promise<RegisteredModel[]>;
  /** Registers the MLflow model that a trial put out, as the next version of `name`. */
  registerModel(registration: ModelRegistration): Promise<RegisteredModel>;
};
