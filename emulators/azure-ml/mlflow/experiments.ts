import { jsonBody, type PlaneCall, type PlaneRoute, slicePage } from '../data-plane/call.ts';
import type { ExperimentRecord } from '../state/runs.ts';
import { mlflowConflict, mlflowInvalid, mlflowMissing } from './errors.ts';
import { compileMlflowFilter, type Reader } from './filter.ts';
import { sizeOf } from './search.ts';

type Handler = PlaneRoute['handle'];

const render = ({ platform }: PlaneCall, experiment: ExperimentRecord) => {
  const runs = platform.runs.all().filter((run) => run.experiment === experiment.name);
  return {
    experiment_id: experiment.experimentId,
    name: experiment.name,
    artifact_location: '',
    lifecycle_stage: 'active',
    creation_time: experiment.createdAt,
    last_update_time: Math.max(experiment.createdAt, ...runs.map((run) => run.createdAt)),
    tags: Object.entries(experiment.tags).map(([key, value]) => ({ key, value })),
  };
};

/** A name with a slash is not found, as in Azure (contract section 10). */
export const getByName: Handler = (call) => {
  const name = call.query.get('experiment_name') ?? '';
  const found = name.includes('/') ? undefined : call.platform.runs.experiments.get(name);
  if (!found) throw mlflowMissing(`Could not find experiment with name '${name}'`);
  return { status: 200, body: { experiment: render(call, found) } };
};

export const getExperiment: Handler = (call) => ({
  status: 200,
  body: { experiment: render(call, byId(call, call.query.get('experiment_id'))) },
});

function byId({ platform }: PlaneCall, id: unknown): ExperimentRecord {
  const found = [...platform.runs.experiments.values()].find(({ experimentId }) => experimentId === id);
  if (!found) throw mlflowMissing(`Could not find experiment with id '${id}'`);
  return found;
}

const attribute: Reader<ExperimentRecord> = (experiment, entity, key) => {
  if (entity === 'tags') return experiment.tags[key];
  if (key === 'name') return experiment.name;
  if (key === 'creation_time') return experiment.createdAt;
  throw mlflowInvalid(`Invalid attribute key '${key}'.`);
};

/** GET or POST `experiments/search`: newest first. */
export const searchExperiments: Handler = async (call) => {
  const body = call.request.method === 'GET' ? Object.fromEntries(call.query) : await jsonBody(call);
  const keep =
    typeof body.filter === 'string' && body.filter ? compileMlflowFilter(body.filter, attribute) : () => true;
  const all = [...call.platform.runs.experiments.values()]
    .filter(keep)
    .sort((a, b) => b.createdAt - a.createdAt);
  const shown = body.view_type === 'DELETED_ONLY' ? [] : all;
  const { page, next } = slicePage(shown, body.page_token, sizeOf(body.max_results));
  const experiments = page.map((experiment) => render(call, experiment));
  return { status: 200, body: { experiments, ...(next ? { next_page_token: next } : {}) } };
};

export const createExperiment: Handler = async (call) => {
  const { name } = await jsonBody(call);
  if (typeof name !== 'string' || name === '') throw mlflowInvalid('An experiment needs a name.');
  const { runs } = call.platform;
  if (runs.experiments.has(name)) throw mlflowConflict(`Experiment with name '${name}' already exists.`);
  return { status: 200, body: { experiment_id: runs.ensureExperiment(name).experimentId } };
};
