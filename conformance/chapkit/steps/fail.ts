import { history, newWeather, unknownKey } from '../samples.ts';
import { type Cases, ended, idOf, type Steps, type Submitted, stepEach } from './step.ts';

const ragged = { columns: history.columns, data: [...history.data, [1, 2]] };
const narrow = { columns: ['rainfall', 'disease_cases'], data: [[1, 2]] };
const empty = { columns: history.columns, data: [] };
const collinear = { ...history, data: [1, 2, 3, 4].map((value) => [value, 2 * value, value]) };
const unclear = { ...history, data: [...history.data, [1, 'much', null]] };
const months = Array.from({ length: 101 }, (_, month) => [`${month}`, 'a', 1, 2]);
const endless = { columns: ['time_period', 'location', ...newWeather.columns], data: months };

/** The configuration and the artifacts of the guide. */
export type Made = { config: string; model: string; prediction: string };

/** Jobs that cannot be done, and what $validate says of them before. */
export async function fails(api: Steps, made: Made): Promise<void> {
  const configured = (name: string, prediction_periods: number) =>
    api.ask('POST', '/api/v1/configs', { json: { name, data: { prediction_periods } } });
  const far = idOf(await configured('far', 400));
  const past = idOf(await configured('past', -1));
  await submitEach(api, 'train', trainings(made.config, far, past));
  await submitEach(api, 'predict', predictions(made));
  await stepEach(api, 'validate', '/api/v1/ml/$validate', validations(made, far));
}

/** One submission for each case; of those that are accepted, the job in the end and what there is of its artifact. */
async function submitEach({ ask, step }: Steps, kind: string, cases: Cases): Promise<void> {
  for (const [name, json] of Object.entries(cases)) {
    const { body, status } = await step(`${kind} ${name}: submitted`, 'POST', `/api/v1/ml/$${kind}`, {
      json,
    });
    if (status !== 202) continue;
    const { job_id: job, artifact_id: artifact } = body as Submitted;
    await ended(ask, job);
    await step(`${kind} ${name}: job`, 'GET', `/api/v1/jobs/${job}`);
    await step(`${kind} ${name}: artifact`, 'GET', `/api/v1/artifacts/${artifact}`);
  }
}

const trainings = (config_id: string, far: string, past: string): Cases => ({
  'by an unknown config': { config_id: unknownKey, data: history },
  'by a malformed config': { config_id: 'not-an-id', data: history },
  'for a horizon out of bounds': { config_id: far, data: history },
  'for a horizon in the past': { config_id: past, data: history },
  'on ragged rows': { config_id, data: ragged },
  'on a missing column': { config_id, data: narrow },
  'on no rows': { config_id, data: empty },
  'on two rows': { config_id, data: { ...history, data: history.data.slice(0, 2) } },
  'on what are no numbers': { config_id, data: unclear },
  'on columns that say the same': { config_id, data: collinear },
  'on nothing': { config_id },
  'on columns alone': { config_id, data: { columns: ['a'] } },
  'on a list': { config_id, data: [[1]] },
  'on columns and rows of wrong types': { config_id, data: { columns: ['a', 1], data: [1] } },
  'with places of a wrong type': { config_id, data: history, geo: { type: 'Point' } },
  'with places that are none': { config_id, data: history, geo: 5 },
  'with nothing said': {},
});

const predictions = ({ model: artifact_id, prediction }: Made): Cases => {
  const rows = { historic: empty, future: newWeather };
  return {
    'by an unknown model': { artifact_id: unknownKey, ...rows },
    'by a malformed model': { artifact_id: 'not-an-id', ...rows },
    'by what is no model': { artifact_id: prediction, ...rows },
    'on a missing column': { ...rows, artifact_id, future: { columns: ['rainfall'], data: [[1]] } },
    'on ragged rows': { ...rows, artifact_id, future: { columns: newWeather.columns, data: [[1]] } },
    'on no rows': { ...rows, artifact_id, future: { columns: newWeather.columns, data: [] } },
    'for too many periods': { ...rows, artifact_id, future: endless },
    'with nothing said': {},
  };
};

const validations = ({ config, model: artifact_id, prediction }: Made, far: string): Cases => {
  const train = { type: 'train', config_id: config };
  const predict = { type: 'predict', artifact_id, historic: history, future: newWeather };
  return {
    nothing: {},
    'nothing but the kind': { type: 'predict' },
    'malformed parts': { type: 'train', config_id: 'x', data: {} },
    'a list': [1],
    'an unknown kind': { type: 'guess' },
    'an unknown config': { ...train, config_id: unknownKey, data: history },
    'no rows': { ...train, data: empty },
    'ragged rows': { ...train, data: ragged },
    'a missing column': { ...train, data: narrow },
    'a horizon out of bounds': { ...train, config_id: far, data: history },
    'an unknown model': { ...predict, artifact_id: unknownKey },
    'what is no model': { ...predict, artifact_id: prediction },
    'no future': { ...predict, future: { columns: ['a'], data: [] } },
    'too many periods': { ...predict, future: endless },
  };
};
