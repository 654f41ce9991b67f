import { setTimeout as wait } from 'node:timers/promises';
import type { Answer, Ask, Asked } from './ask.ts';
import { history, newWeather, unknownKey } from './samples.ts';

/** Every answer of one walk, under the name of its step. */
export type Walk = Map<string, Answer>;

/** Walks through the API of one service, which must be a new one: the same steps for the real one and the emulated. */
export async function walk(ask: Ask): Promise<Walk> {
  const answers: Walk = new Map();
  const step = async (name: string, method: string, path: string, asked?: Asked): Promise<Answer> => {
    const answer = await ask(method, path, asked);
    answers.set(name, answer);
    return answer;
  };
  const api: Steps = { ask, step };
  await describes(api);
  await refuses(api);
  const config = await configures(api);
  await works(api, config);
  await fails(api, config);
  await relates(api, config);
  return answers;
}

type Steps = { ask: Ask; step(name: string, method: string, path: string, asked?: Asked): Promise<Answer> };

async function describes({ step }: Steps): Promise<void> {
  await step('health', 'GET', '/health', { key: null });
  await step('health by HEAD', 'HEAD', '/health', { key: null });
  await step('info', 'GET', '/api/v1/info');
  await step('system', 'GET', '/api/v1/system');
  await step('schema of configs', 'GET', '/api/v1/configs/$schema');
  await step('schema of configs, percent-encoded', 'GET', '/api/v1/configs/%24schema');
  await step('schema of artifacts', 'GET', '/api/v1/artifacts/$schema');
  await step('schema of jobs', 'GET', '/api/v1/jobs/$schema');
}

async function refuses({ step }: Steps): Promise<void> {
  await step('no key', 'GET', '/api/v1/configs', { key: null });
  await step('wrong key', 'GET', '/api/v1/configs', { key: 'sk_wrong_key' });
  await step('short wrong key', 'GET', '/api/v1/configs', { key: 'abc' });
  await step('no key for the stream of health', 'GET', '/health/$stream', { key: null });
  await step('no key where nothing is', 'GET', '/nothing', { key: null });
  await step('nothing there', 'GET', '/api/v1/nothing');
  await step('trailing slash', 'GET', '/api/v1/configs/');
  await step('wrong verb', 'PATCH', '/api/v1/configs');
  for (const kind of ['configs', 'artifacts']) {
    await step(`${kind}: unknown`, 'GET', `/api/v1/${kind}/${unknownKey}`);
    await step(`${kind}: malformed`, 'GET', `/api/v1/${kind}/not-an-id`);
    await step(`${kind}: delete unknown`, 'DELETE', `/api/v1/${kind}/${unknownKey}`);
    await step(`${kind}: delete malformed`, 'DELETE', `/api/v1/${kind}/not-an-id`);
    await step(`${kind}: page 0`, 'GET', `/api/v1/${kind}?page=0&size=2`);
    await step(`${kind}: size 101`, 'GET', `/api/v1/${kind}?page=1&size=101`);
    await step(`${kind}: page no number`, 'GET', `/api/v1/${kind}?page=x&size=2`);
  }
  for (const operation of ['$tree', '$expand', '$config', '$download', '$metadata']) {
    await step(`${operation} of an unknown artifact`, 'GET', `/api/v1/artifacts/${unknownKey}/${operation}`);
    await step(`${operation} of a malformed artifact`, 'GET', `/api/v1/artifacts/not-an-id/${operation}`);
  }
  await step('page and size 0', 'GET', '/api/v1/configs?page=0&size=0');
  await step('page between two', 'GET', '/api/v1/configs?page=1.5&size=2');
  await step('page without a value', 'GET', '/api/v1/configs?page=&size=2');
  await step('health by POST', 'POST', '/health', { json: {} });
  await step('train by GET', 'GET', '/api/v1/ml/$train');
  await step('unknown job', 'GET', `/api/v1/jobs/${unknownKey}`);
  await step('malformed job', 'GET', '/api/v1/jobs/not-an-id');
  await step('delete unknown job', 'DELETE', `/api/v1/jobs/${unknownKey}`);
  await step('delete malformed job', 'DELETE', '/api/v1/jobs/not-an-id');
  await step('stream of an unknown job', 'GET', `/api/v1/jobs/${unknownKey}/$stream`);
  await step('stream of a malformed job', 'GET', '/api/v1/jobs/not-an-id/$stream');
  for (const interval of ['0', 'x', '61'])
    await step(
      `stream polled every ${interval}`,
      'GET',
      `/api/v1/jobs/${unknownKey}/$stream?poll_interval=${interval}`,
    );
  await step('jobs in an unknown state', 'GET', '/api/v1/jobs?status_filter=sleeping');
  await step('jobs canceling', 'GET', '/api/v1/jobs?status_filter=canceling');
}

async function configures({ step }: Steps): Promise<string> {
  const create = (name: string, json: unknown) =>
    step(`config: ${name}`, 'POST', '/api/v1/configs', { json });
  await step('no configs', 'GET', '/api/v1/configs');
  await step('no page of configs', 'GET', '/api/v1/configs?page=1&size=2');
  const made = await create('as in the guide', { name: 'north', data: {}, tags: ['demo'] });
  const { id } = made.body as { id: string };
  const own = '01KA0M3V7Q2T5W8Y1Z4B6C9DEF';
  await create('with an id of its own', {
    id: own,
    name: 'south',
    data: { prediction_periods: 6, more: [1] },
  });
  await create('the same id again', { id: own, name: 'south again', data: {} });
  await create('no name', { data: {} });
  await create('no data', { name: 'north' });
  await create('nothing', {});
  await create('not an object', [1]);
  await create('name of a wrong type', { name: 3, data: {} });
  await create('a value not listed', { name: 'x', data: { feature_scaling: 'cubic' } });
  await create('a number out of bounds', { name: 'x', data: { min_training_rows: 2 } });
  await create('another number out of bounds', { name: 'x', data: { min_training_rows: 1001 } });
  await create('no whole number', { name: 'x', data: { prediction_periods: 1.5 } });
  await create('text for a number', { name: 'x', data: { prediction_periods: 'many' } });
  await create('two wrong values', {
    name: 'x',
    data: { prediction_periods: null, additional_continuous_covariates: 'a' },
  });
  await create('malformed id', { id: 'not-an-id', name: 'x', data: {} });
  await create('wrong tag', { name: 'x', data: {}, tags: ['two words'] });
  await create('doubled tag', { name: 'x', data: {}, tags: ['a', 'a'] });
  await create('one letter no ULID has', { id: '01IIIIIIIIIIIIIIIIIIIIIIII', name: 'x', data: {} });
  await create('an id too great', { id: 'ZZZZZZZZZZZZZZZZZZZZZZZZZZ', name: 'x', data: {} });
  await create('data no object', { name: 'x', data: 5, tags: null });
  await create('lists of wrong members', {
    name: 'x',
    data: { additional_continuous_covariates: ['a', 1] },
    tags: [1],
  });
  await create('empty tag', { name: 'x', data: {}, tags: [''] });
  await create('numbers in other forms', {
    name: 'lax',
    data: { prediction_periods: '5', min_training_rows: 7.0 },
  });
  await create('a truth value for a number', { name: 'true', data: { prediction_periods: true } });
  await create('nested options', {
    name: 'nested',
    data: { user_option_values: { min_training_rows: 7, z: 1 } },
  });
  await create('an id in small letters', { id: '01arz3ndektsv4rrffq69g5fbb', name: 'small', data: {} });
  await step('config read in small letters', 'GET', '/api/v1/configs/01arz3ndektsv4rrffq69g5fbb');
  await step('config: no JSON', 'POST', '/api/v1/configs', { text: '{"name": ' });
  await step('config: no body', 'POST', '/api/v1/configs');
  await step('config read', 'GET', `/api/v1/configs/${id}`);
  await step('config updated', 'PUT', `/api/v1/configs/${own}`, {
    json: { name: 'south', data: { prediction_periods: 4 } },
  });
  await step('config updated wrongly', 'PUT', `/api/v1/configs/${own}`, {
    json: { name: 'south', data: { min_training_rows: 0 } },
  });
  await step('unknown config updated', 'PUT', `/api/v1/configs/${unknownKey}`, {
    json: { name: 'x', data: {} },
  });
  await step('malformed config updated', 'PUT', '/api/v1/configs/not-an-id', {
    json: { name: 'x', data: {} },
  });
  await step('configs', 'GET', '/api/v1/configs');
  await step('one page of configs', 'GET', '/api/v1/configs?page=1&size=1');
  await step('a page beyond the last', 'GET', '/api/v1/configs?page=9&size=1');
  await step('only a size', 'GET', '/api/v1/configs?size=1');
  await step('stats of configs', 'GET', '/api/v1/configs/$stats');
  return id;
}

type Submitted = { job_id: string; artifact_id: string };

/** Until the job ends; the deadline is that of a service under load. */
async function ended(ask: Ask, job: string): Promise<void> {
  for (let left = 200; left > 0; left -= 1) {
    const { body } = await ask('GET', `/api/v1/jobs/${job}`);
    if (['completed', 'failed', 'canceled'].includes((body as { status: string }).status)) return;
    await wait(50);
  }
  throw new Error('a job does not end');
}

async function works({ ask, step }: Steps, config: string): Promise<void> {
  const training = { config_id: config, data: history };
  await step('training validated', 'POST', '/api/v1/ml/$validate', { json: { type: 'train', ...training } });
  const trained = await step('trained', 'POST', '/api/v1/ml/$train', { json: training });
  const { job_id: job, artifact_id: model } = trained.body as Submitted;
  await step('artifact of a job under way', 'GET', `/api/v1/artifacts/${model}`);
  await step('stream of a job', 'GET', `/api/v1/jobs/${job}/$stream?poll_interval=0.05`);
  await step('job completed', 'GET', `/api/v1/jobs/${job}`);
  await step('jobs', 'GET', '/api/v1/jobs');
  await step('jobs completed', 'GET', '/api/v1/jobs?status_filter=completed');
  await step('jobs pending', 'GET', '/api/v1/jobs?status_filter=pending');
  await step('model', 'GET', `/api/v1/artifacts/${model}`);
  await step('model downloaded', 'GET', `/api/v1/artifacts/${model}/$download`);

  const prediction = {
    artifact_id: model,
    historic: { columns: ['rainfall'], data: [] },
    future: newWeather,
  };
  await step('prediction without history validated', 'POST', '/api/v1/ml/$validate', {
    json: { type: 'predict', ...prediction },
  });
  await step('prediction validated', 'POST', '/api/v1/ml/$validate', {
    json: { type: 'predict', ...prediction, historic: history },
  });
  const predicted = await step('predicted', 'POST', '/api/v1/ml/$predict', { json: prediction });
  const { job_id: second, artifact_id: rows } = predicted.body as Submitted;
  await ended(ask, second);
  await step('prediction', 'GET', `/api/v1/artifacts/${rows}`);
  await step('prediction downloaded', 'GET', `/api/v1/artifacts/${rows}/$download`);
  await step('metadata of the prediction', 'GET', `/api/v1/artifacts/${rows}/$metadata`);
  await step('prediction expanded', 'GET', `/api/v1/artifacts/${rows}/$expand`);
  await step('config of the prediction', 'GET', `/api/v1/artifacts/${rows}/$config`);
  await step('tree of the model', 'GET', `/api/v1/artifacts/${model}/$tree`);
  await step('artifacts', 'GET', '/api/v1/artifacts');
  await step('a page of artifacts', 'GET', '/api/v1/artifacts?page=1&size=2');
  await step('stats of artifacts', 'GET', '/api/v1/artifacts/$stats');
  await step('artifacts of the config', 'GET', `/api/v1/configs/${config}/$artifacts`);
}

/** A job that is accepted and must fail; the walk keeps its record. */
async function failing({ ask, step }: Steps, name: string, operation: string, json: unknown): Promise<void> {
  const { body, status } = await step(`${name}: submitted`, 'POST', `/api/v1/ml/${operation}`, { json });
  if (status !== 202) return;
  const { job_id: job, artifact_id: artifact } = body as Submitted;
  await ended(ask, job);
  await step(`${name}: job`, 'GET', `/api/v1/jobs/${job}`);
  await step(`${name}: artifact`, 'GET', `/api/v1/artifacts/${artifact}`);
}

async function fails(api: Steps, config: string): Promise<void> {
  const ragged = { columns: history.columns, data: [...history.data, [1, 2]] };
  const narrow = { columns: ['rainfall', 'disease_cases'], data: [[1, 2]] };
  const empty = { columns: history.columns, data: [] };
  const train = (name: string, json: unknown) => failing(api, `train ${name}`, '$train', json);
  await train('by an unknown config', { config_id: unknownKey, data: history });
  await train('on ragged rows', { config_id: config, data: ragged });
  await train('on a missing column', { config_id: config, data: narrow });
  await train('on no rows', { config_id: config, data: empty });
  await train('on two rows', { config_id: config, data: { ...history, data: history.data.slice(0, 2) } });
  await train('by a malformed config', { config_id: 'not-an-id', data: history });
  await train('on nothing', { config_id: config });
  await train('on columns alone', { config_id: config, data: { columns: ['a'] } });
  await train('on a list', { config_id: config, data: [[1]] });
  await train('on columns and rows of wrong types', {
    config_id: config,
    data: { columns: ['a', 1], data: [1] },
  });
  await train('with places of a wrong type', { config_id: config, data: history, geo: { type: 'Point' } });
  await train('with places that are none', { config_id: config, data: history, geo: 5 });
  await train('on what are no numbers', {
    config_id: config,
    data: { ...history, data: [...history.data, [1, 'much', null]] },
  });
  await train('on columns that say the same', {
    config_id: config,
    data: { ...history, data: [1, 2, 3, 4].map((value) => [value, 2 * value, value]) },
  });
  await train('with nothing said', {});
  const model = ((await api.ask('GET', `/api/v1/configs/${config}/$artifacts`)).body as { id: string }[])[0]
    ?.id;
  const prediction = { historic: empty, future: newWeather };
  const predict = (name: string, json: unknown) => failing(api, `predict ${name}`, '$predict', json);
  await predict('by an unknown model', { artifact_id: unknownKey, ...prediction });
  await predict('on a missing column', {
    artifact_id: model,
    historic: empty,
    future: { columns: ['rainfall'], data: [[1]] },
  });
  await predict('on ragged rows', {
    artifact_id: model,
    historic: empty,
    future: { columns: newWeather.columns, data: [[1]] },
  });
  await predict('on no rows', {
    artifact_id: model,
    historic: empty,
    future: { columns: newWeather.columns, data: [] },
  });
  await predict('by a malformed model', { artifact_id: 'not-an-id', ...prediction });
  await predict('with nothing said', {});
  const validate = (name: string, json: unknown) =>
    api.step(`validate ${name}`, 'POST', '/api/v1/ml/$validate', { json });
  await validate('nothing', {});
  await validate('nothing but the kind', { type: 'predict' });
  await validate('malformed parts', { type: 'train', config_id: 'x', data: {} });
  await validate('a list', [1]);
  await validate('an unknown kind', { type: 'guess' });
  await validate('an unknown config', { type: 'train', config_id: unknownKey, data: history });
  await validate('no rows', { type: 'train', config_id: config, data: empty });
  await validate('ragged rows', { type: 'train', config_id: config, data: ragged });
  await validate('a missing column', { type: 'train', config_id: config, data: narrow });
  await validate('an unknown model', { type: 'predict', artifact_id: unknownKey, ...prediction });
  await validate('no future', {
    type: 'predict',
    artifact_id: model,
    historic: history,
    future: { columns: ['a'], data: [] },
  });
  const far = await api.ask('POST', '/api/v1/configs', {
    json: { name: 'far', data: { prediction_periods: 400 } },
  });
  const { id } = far.body as { id: string };
  const months = Array.from({ length: 101 }, (_, month) => [`${month}`, 'a', 1, 2]);
  const long = { columns: ['time_period', 'location', ...newWeather.columns], data: months };
  await validate('a future beyond all bounds', {
    type: 'predict',
    artifact_id: model,
    historic: history,
    future: long,
  });
  await validate('a horizon out of bounds', { type: 'train', config_id: id, data: history });
  await train('for a horizon out of bounds', { config_id: id, data: history });
  const near = await api.ask('POST', '/api/v1/configs', {
    json: { name: 'near', data: { prediction_periods: -1 } },
  });
  await train('for a horizon in the past', { config_id: (near.body as { id: string }).id, data: history });
  await samples(api, config);
}

async function samples({ step }: Steps, config: string): Promise<void> {
  const sample = (name: string, query: string) =>
    step(`sample ${name}`, 'GET', `/api/v1/ml/$generate-sample-data${query}`);
  await sample('for a training', '?num_locations=2&num_periods=3&num_features=1');
  await sample('for a prediction', '?kind=predict&num_locations=2&num_periods=3&num_features=1');
  await sample('of a config', `?config_id=${config}&num_locations=1&num_periods=2`);
  await sample('with places', '?include_geo=true&num_locations=1&num_periods=2&geo_type=point');
  await sample('of no size', '?num_locations=0&num_periods=0&period_type=weekly');
  await sample('of a size that is no number', '?num_locations=x');
  await sample(
    'by weeks',
    '?kind=predict&num_locations=1&num_periods=2&num_features=0&period_type=weekly&seed=3',
  );
  await sample('of an unknown kind', '?kind=guess');
  await sample('of an unknown config', `?config_id=${unknownKey}`);
  await sample('of a malformed config', '?config_id=not-an-id');
}

async function relates({ ask, step }: Steps, config: string): Promise<void> {
  const all = (await ask('GET', '/api/v1/configs')).body as { id: string; name: string }[];
  const other = all.find(({ id }) => id !== config)?.id;
  const post = (name: string, json: unknown) =>
    step(`artifact: ${name}`, 'POST', '/api/v1/artifacts', { json });
  const made = await post('made', {
    data: {
      type: 'generic',
      metadata: { by: 'hand' },
      content: { a: 1 },
      content_type: 'application/json',
      content_size: 7,
    },
    tags: ['own'],
  });
  const { id } = made.body as { id: string };
  await post('any data', { data: [1, 2, 3] });
  await post('below another', { data: { a: 1 }, parent_id: id });
  await post('no data', {});
  await post('malformed parent', { data: 1, parent_id: 'x' });
  await post('unknown parent', { data: 1, parent_id: unknownKey });
  await post('the same id again', { id, data: 2 });
  await step('own artifact expanded', 'GET', `/api/v1/artifacts/${id}/$expand`);
  await step('own artifact downloaded', 'GET', `/api/v1/artifacts/${id}/$download`);
  await step('tree of the own artifact', 'GET', `/api/v1/artifacts/${id}/$tree`);
  await step('config of an artifact that has none', 'GET', `/api/v1/artifacts/${id}/$config`);
  const link = (name: string, config: string | undefined, artifact: string, verb = 'link') =>
    step(`${verb}: ${name}`, 'POST', `/api/v1/configs/${config}/$${verb}-artifact`, {
      json: { artifact_id: artifact },
    });
  await link('own artifact', config, id);
  await link('to another config', other, id);
  await link('unknown artifact', config, unknownKey);
  await link('malformed artifact', config, 'x');
  await link('unknown config', unknownKey, id);
  await link('own artifact', config, id, 'unlink');
  await link('own artifact again', config, id, 'unlink');
  await link('own artifact once more', config, id);
  await step('artifacts of an unknown config', 'GET', `/api/v1/configs/${unknownKey}/$artifacts`);
  await step('own artifact changed', 'PUT', `/api/v1/artifacts/${id}`, { json: { data: { b: 2 } } });
  await step('own artifact deleted', 'DELETE', `/api/v1/artifacts/${id}`);
  await step('own artifact read after', 'GET', `/api/v1/artifacts/${id}`);
  await step('artifacts in the end', 'GET', '/api/v1/artifacts');
  const slow = (await ask('POST', '/api/v1/ml/$train', { json: { config_id: config, data: history } }))
    .body as Submitted;
  const queued = (await ask('POST', '/api/v1/ml/$train', { json: { config_id: config, data: history } }))
    .body as Submitted;
  await step('job that waits for another', 'GET', `/api/v1/jobs/${queued.job_id}`);
  await step('job canceled', 'DELETE', `/api/v1/jobs/${slow.job_id}`);
  await step('canceled job read', 'GET', `/api/v1/jobs/${slow.job_id}`);
  await ended(ask, queued.job_id);
  await step('finished job forgotten', 'DELETE', `/api/v1/jobs/${queued.job_id}`);
  await step('config deleted', 'DELETE', `/api/v1/configs/${config}`);
  await step('artifacts of the deleted config', 'GET', '/api/v1/artifacts');
  await step('config deleted again', 'DELETE', `/api/v1/configs/${config}`);
}
