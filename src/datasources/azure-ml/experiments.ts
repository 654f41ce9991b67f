import { LRUCache } from 'lru-cache';
import { notFound } from '../../domain/errors.ts';
import { collectPage, mapPage, type Page, type PageRequest } from '../../domain/paging.ts';
import type { Experiment } from '../../domain/workspace.ts';
import { toExperiment } from './assets-to-domain.ts';
import type { Connection } from './connection.ts';
import {
  allExperiments,
  experimentByName,
  isActive,
  newestRunAt,
  searchExperiments,
} from './experiment-calls.ts';
import { known } from './names.ts';
import type { MLflowExperiment } from './wire-runs.ts';

const pageSize = 100;

/** Names by caller and experiment id, across operations: Azure cannot rename an experiment (contract section 10). */
export type ExperimentNames = LRUCache<string, string>;
export const createExperimentNames = (): ExperimentNames => new LRUCache({ max: 20_000 });

export type Experiments = {
  list(page: PageRequest): Promise<Page<Experiment>>;
  get(name: string): Promise<Experiment>;
  /** Null where there is none of that name. */
  find(name: string): Promise<MLflowExperiment | null>;
  /** Of the whole workspace; read once an operation. */
  all(): Promise<MLflowExperiment[]>;
  /** Name of an experiment that a run refers to by id; null where it is unknown. */
  nameOf(id: string | null | undefined): Promise<string | null>;
  lastRunAt(name: string): Promise<Date | null>;
};

export function createExperiments(
  { mlflow, home }: Connection,
  callerKey: string,
  names: ExperimentNames,
): Experiments {
  const keyOf = (id: string) => JSON.stringify([callerKey, id]);
  const byName = new Map<string, Promise<MLflowExperiment | null>>();
  let everything: Promise<MLflowExperiment[]> | undefined;

  async function readAll() {
    const experiments = await allExperiments(mlflow);
    for (const { experiment_id, name } of experiments) names.set(keyOf(experiment_id), name);
    return experiments;
  }
  const all = () => {
    everything ??= readAll();
    return everything;
  };
  const among = async (name: string) => (await all()).find((experiment) => experiment.name === name) ?? null;

  /** Azure's get-by-name does not find a name that holds a slash (Azure/azure-sdk-for-python#45209). */
  function find(name: string) {
    if (everything || name.includes('/')) return among(name);
    const asked = byName.get(name) ?? experimentByName(mlflow, name);
    byName.set(name, asked);
    return asked;
  }

  return {
    all,
    find: async (name) => find(known.experiment(name)),
    async get(name) {
      const experiment = await find(known.experiment(name));
      if (!experiment) throw notFound(`There is no experiment "${name}" in this workspace.`);
      return toExperiment(experiment, home);
    },
    async list(page) {
      const fetchPage = (token: string | null) => searchExperiments(mlflow, token, pageSize);
      const found = await collectPage(page, fetchPage, { keep: isActive });
      return mapPage(found, (experiment) => toExperiment(experiment, home));
    },
    async nameOf(id) {
      if (!id) return null;
      const remembered = names.get(keyOf(id));
      if (remembered !== undefined) return remembered;
      return (await all()).find(({ experiment_id }) => experiment_id === id)?.name ?? null;
    },
    async lastRunAt(name) {
      const experiment = await find(known.experiment(name));
      return experiment && newestRunAt(mlflow, experiment.experiment_id);
    },
  };
}
