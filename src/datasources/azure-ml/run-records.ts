import DataLoader from 'dataloader';
import { type Connection, orNotFound, orNull, type Plane } from './connection.ts';
import { below } from './places.ts';
import { type RunRecord, runBatch, runRecord } from './wire-runs.ts';

const batchSize = 100;

/** Run records of run history by name, remembered for the operation; those of one tick are read in one call. */
export type RunRecords = {
  /** @throws NOT_FOUND */
  load(name: string): Promise<RunRecord>;
  /** Each on its own: a failed one is its error. */
  loadMany(names: string[]): Promise<(RunRecord | Error)[]>;
  prime(record: RunRecord): void;
  forget(name: string): void;
};

export function createRunRecords({ history }: Connection): RunRecords {
  const loader = new DataLoader<string, RunRecord>((names) => readRecords(history, names), {
    maxBatchSize: batchSize,
  });
  return {
    load: (name) => loader.load(name),
    loadMany: (names) => loader.loadMany(names),
    prime: (record) => void loader.prime(record.runId, record),
    forget: (name) => void loader.clear(name),
  };
}

async function readRecords(history: Plane, names: readonly string[]): Promise<(RunRecord | Error)[]> {
  const found = names.length > 1 ? await readBatch(history, names) : null;
  // One by one: what the batch could not give (its reason is then told properly), or all, without such an operation.
  return Promise.all(
    names.map((name) => found?.get(name) ?? readOne(history, name).catch((error: Error) => error)),
  );
}

/** `batchrundata` is known from clients alone, not from the specification: where it is missing, nothing is found. */
async function readBatch(history: Plane, names: readonly string[]): Promise<Map<string, RunRecord>> {
  const requests = Object.fromEntries(names.map((runId) => [runId, { runId, selectRunMetadata: true }]));
  const call = { method: 'POST', path: '/batchrundata', json: { requests }, idempotent: true } as const;
  const answer = await orNull(history({ ...call, schema: runBatch, absent: [405] }));
  // No object: a run may be named `constructor`.
  const found = new Map<string, RunRecord>();
  for (const [name, { runMetadata }] of Object.entries(answer?.successfulResults ?? {})) {
    if (runMetadata) found.set(name, runMetadata);
  }
  return found;
}

const readOne = (history: Plane, name: string): Promise<RunRecord> =>
  orNotFound(
    history({ method: 'GET', path: `/runs${below(name)}`, schema: runRecord }),
    `There is no run "${name}" in this workspace.`,
  );
