import { codeOf } from '../../domain/errors.ts';
import type { AzureRun } from '../../domain/runs.ts';
import type { Connection } from './connection.ts';
import type { Experiments } from './experiments.ts';
import { known } from './names.ts';
import { kindOf } from './run-kind.ts';
import { createRunRecords } from './run-records.ts';
import { toRun } from './to-domain.ts';
import type { RunRecord } from './wire-runs.ts';

/** Runs of every kind by name, from run history: ARM does not know trials (contract section 8). */
export type Runs = {
  get(name: string, options?: { fresh?: boolean }): Promise<AzureRun>;
  /** Those that are there, in the order of `names`. */
  present(names: string[]): Promise<AzureRun[]>;
  /** A record read elsewhere, as a run; a later `get` of it costs no call. */
  fromRecord(record: RunRecord): Promise<AzureRun>;
  record(name: string): Promise<RunRecord>;
  forget(name: string): void;
};

export function createRuns(connection: Connection, experiments: Experiments): Runs {
  const records = createRunRecords(connection);
  const toRunOf = async (record: RunRecord): Promise<AzureRun> => {
    const isTrial = kindOf(record) === 'TRIAL';
    const experiment = isTrial ? null : await experiments.nameOf(record.experimentId);
    return toRun(record, { home: connection.home, experiment });
  };
  return {
    async get(name, { fresh = false } = {}) {
      if (fresh) records.forget(known.run(name));
      return toRunOf(await records.load(known.run(name)));
    },
    async present(names) {
      const found = await records.loadMany(names);
      return Promise.all(found.filter(isThere).map(toRunOf));
    },
    fromRecord(record) {
      records.prime(record);
      return toRunOf(record);
    },
    record: (name) => records.load(known.run(name)),
    forget: records.forget,
  };
}

/** @throws what kept a record from being read, unless it is gone. */
function isThere(found: RunRecord | Error): found is RunRecord {
  if (!(found instanceof Error)) return true;
  if (codeOf(found) === 'NOT_FOUND') return false;
  throw found;
}
