import { jsonBody, type PlaneCall, type PlaneRoute, slicePage } from '../data-plane/call.ts';
import { planeBadRequest, planeMissing } from '../data-plane/errors.ts';
import type { ExperimentRecord } from '../state/runs.ts';
import { isoTime } from '../state/time.ts';
import { compileFilter, type FieldReader, FilterError, sortBy } from './filter.ts';

const field: FieldReader<ExperimentRecord> = (experiment, name) =>
  ({
    name: experiment.name,
    experimentid: experiment.experimentId,
    createdutc: experiment.createdAt,
    archivedtime: null,
  })[name.toLowerCase()];

const render = (experiment: ExperimentRecord) => ({
  experimentId: experiment.experimentId,
  name: experiment.name,
  description: null,
  createdUtc: isoTime(experiment.createdAt),
  tags: experiment.tags,
  archivedTime: null,
  retainForLifetimeOfWorkspace: false,
  artifactLocation: null,
});

/** POST `experiments:query`. Nothing is ever archived here. */
export const queryExperiments: PlaneRoute['handle'] = async (call) => {
  const { filter, orderBy, top, continuationToken, viewType } = await jsonBody(call);
  const all = viewType === 'ArchivedOnly' ? [] : [...call.platform.runs.experiments.values()];
  const found = select(call, all, filter, orderBy);
  const { page, next } = slicePage(found, continuationToken, Math.min(Number(top) || 100, 500));
  return { status: 200, body: { value: page.map(render), continuationToken: next, nextLink: null } };
};

export const getExperiment: PlaneRoute['handle'] = ({ platform, params }) => {
  const found = [...platform.runs.experiments.values()].find(({ name, experimentId }) =>
    [name, experimentId].includes(String(params.experiment)),
  );
  if (!found) throw planeMissing(platform.workspace, `Experiment ${params.experiment} was not found.`);
  return { status: 200, body: render(found) };
};

function select({ platform }: PlaneCall, all: ExperimentRecord[], filter: unknown, orderBy: unknown) {
  try {
    const keep = typeof filter === 'string' && filter ? compileFilter(filter, field) : () => true;
    const order = typeof orderBy === 'string' && orderBy ? orderBy : 'createdUtc desc';
    return sortBy(all.filter(keep), order, field, ({ createdAt }) => createdAt);
  } catch (error) {
    if (error instanceof FilterError) throw planeBadRequest(platform.workspace, error.message);
    throw error;
  }
}
