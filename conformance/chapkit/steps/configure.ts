import { unknownKey } from '../samples.ts';
import { type Cases, idOf, type Steps, stepEach } from './step.ts';

const path = '/api/v1/configs';
const ownKey = '01KA0M3V7Q2T5W8Y1Z4B6C9DEF';

const fitting: Cases = {
  'with an id of its own': { id: ownKey, name: 'south', data: { prediction_periods: 6, more: [1] } },
  'with the same id again': { id: ownKey, name: 'south again', data: {} },
  'with an id in small letters': { id: '01arz3ndektsv4rrffq69g5fbb', name: 'small', data: {} },
  'with numbers in other forms': { name: 'lax', data: { prediction_periods: '5', min_training_rows: 7.0 } },
  'with a truth value for a number': { name: 'true', data: { prediction_periods: true } },
  'with nested options': { name: 'nested', data: { user_option_values: { min_training_rows: 7, z: 1 } } },
};

const named = (data: unknown, more: Cases = {}) => ({ name: 'x', data, ...more });
const unfit: Cases = {
  'without a name': { data: {} },
  'without data': { name: 'north' },
  'of nothing': {},
  'that is no object': [1],
  'with a name that is no text': { name: 3, data: {} },
  'with data that are no object': named(5, { tags: null }),
  'with a value that is not listed': named({ feature_scaling: 'cubic' }),
  'with a number below its bound': named({ min_training_rows: 2 }),
  'with a number above its bound': named({ min_training_rows: 1001 }),
  'with a fraction': named({ prediction_periods: 1.5 }),
  'with text for a number': named({ prediction_periods: 'many' }),
  'with two wrong values': named({ prediction_periods: null, additional_continuous_covariates: 'a' }),
  'with wrong members of lists': named({ additional_continuous_covariates: ['a', 1] }, { tags: [1] }),
  'with a malformed id': named({}, { id: 'not-an-id' }),
  'with a letter that no ULID has': named({}, { id: '01IIIIIIIIIIIIIIIIIIIIIIII' }),
  'with an id too great': named({}, { id: 'ZZZZZZZZZZZZZZZZZZZZZZZZZZ' }),
  'with a tag of two words': named({}, { tags: ['two words'] }),
  'with a doubled tag': named({}, { tags: ['a', 'a'] }),
  'with an empty tag': named({}, { tags: [''] }),
};

/** Configurations, good and bad. Returns the key of that of the guide. */
export async function configures(api: Steps): Promise<string> {
  const { step } = api;
  await step('no configs', 'GET', path);
  await step('no page of configs', 'GET', `${path}?page=1&size=2`);
  const guide = { name: 'north', data: {}, tags: ['demo'] };
  const id = idOf(await step('config as in the guide', 'POST', path, { json: guide }));
  await stepEach(api, 'config', path, fitting);
  await stepEach(api, 'config', path, unfit);
  await step('config: no JSON', 'POST', path, { text: '{"name": ' });
  await step('config: no body', 'POST', path);
  await updates(api);
  await reads(api, id);
  return id;
}

async function updates({ step }: Steps): Promise<void> {
  const update = (name: string, key: string, data: unknown) =>
    step(name, 'PUT', `${path}/${key}`, { json: { name: 'south', data } });
  await update('config updated', ownKey, { prediction_periods: 4 });
  await update('config updated wrongly', ownKey, { min_training_rows: 0 });
  await update('unknown config updated', unknownKey, {});
  await update('malformed config updated', 'not-an-id', {});
}

async function reads({ step }: Steps, id: string): Promise<void> {
  await step('config read', 'GET', `${path}/${id}`);
  await step('config read in small letters', 'GET', `${path}/01arz3ndektsv4rrffq69g5fbb`);
  await step('configs', 'GET', path);
  await step('one page of configs', 'GET', `${path}?page=1&size=1`);
  await step('a page beyond the last', 'GET', `${path}?page=9&size=1`);
  await step('only a size', 'GET', `${path}?size=1`);
  await step('stats of configs', 'GET', `${path}/$stats`);
}
