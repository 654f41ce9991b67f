import type { BlobStorage } from '../../blob/storage.ts';
import type { TrainingEvent, TrainingJob } from '../../training/job.ts';
import type { TokenAuthority } from '../access.ts';
import type { Nodes } from '../jobs/nodes.ts';
import type { AssetBook } from './assets.ts';
import type { Creator, RunBook } from './runs.ts';
import type { Collection } from './store.ts';
import type { Workspace } from './workspace.ts';

/** Trains one AutoML job; ends when the signal aborts. */
export type Train = (job: TrainingJob, options: { signal: AbortSignal }) => AsyncIterable<TrainingEvent>;

/** A job as it was submitted; how it fares stands in the run of the same name. */
export type JobRecord = {
  name: string;
  jobType: string;
  /** Body properties but for what the run keeps: names, tags, status. */
  specification: Record<string, unknown>;
  createdBy: Creator;
  modifiedBy: Creator;
  modifiedAt: number;
};

/** How the default datastore gives access: what `listSecrets` answers. */
export type CredentialsType = 'AccountKey' | 'Sas' | 'None';

/** What tests may change while the emulator runs. */
export type Switches = {
  datastoreCredentials: CredentialsType;
  /** Milliseconds that the SAS of a log or artifact is good for. */
  sasLifetimeMs: number;
};

/** Everything that the three emulators of one workspace share. */
export type Platform = {
  workspace: Workspace;
  authority: TokenAuthority;
  runs: RunBook;
  jobs: Collection<JobRecord>;
  data: AssetBook;
  models: AssetBook;
  blobs: BlobStorage;
  train: Train;
  switches: Switches;
  now(): number;
  nodes: Nodes;
  /** Jobs under way by name, with what ends them. */
  active: Map<string, { controller: AbortController; done: Promise<void> }>;
};
