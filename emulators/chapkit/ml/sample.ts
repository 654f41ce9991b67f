import type { Reply } from '../../kit/server.ts';
import type { Call } from '../call.ts';
import { queryOf } from '../wire/body.ts';
import { calledUrl, json, refusal } from '../wire/errors.ts';
import { asInteger, type Check, oneOf } from '../wire/issues.ts';
import { parseUlid } from '../wire/ulid.ts';
import { described, type Frame } from './frame.ts';
import { info } from './info.ts';
import { boxOf, type SampleSize, sampleFrame, samplePlaces, sampleRandom } from './sample-data.ts';

type Period = SampleSize['period'];
type GeoType = 'polygon' | 'point';

const asBoolean: Check<boolean> = (value, loc, issues) => {
  const read = oneOf(['true', 'false'])(String(value).toLowerCase(), loc, issues);
  return read === null ? null : read === 'true';
};

/** A ready body for $train or $predict, of made-up data. Throws 422, and in 2.x 400 and 404 for the configuration. */
export function sampleReply(call: Call): Reply {
  const integer = (name: string, normal: number) => queryOf(call, name, asInteger) ?? normal;
  const kind = queryOf(call, 'kind', oneOf(['train', 'predict'])) ?? 'train';
  const configId = call.query.get('config_id');
  const size: SampleSize = {
    places: integer('num_locations', 5),
    periods: integer('num_periods', 50),
    more: [...featureNames(integer('num_features', 3)), ...covariatesOf(call, configId)],
    period: queryOf(call, 'period_type', oneOf<Period>(['monthly', 'weekly'])) ?? 'monthly',
    from: { year: 2020, period: 0 },
  };
  const geoType = queryOf(call, 'geo_type', oneOf<GeoType>(['polygon', 'point'])) ?? 'polygon';
  const random = sampleRandom(integer('seed', -1));
  const frames = kind === 'train' ? ofTraining(call, size, random) : ofPrediction(call, size, random);
  const places = queryOf(call, 'include_geo', asBoolean) ? geoOf(call, size.places, geoType) : null;
  const config = configId !== null && kind === 'train' ? { config_id: configId } : {};
  return json(200, { ...frames, ...config, ...(places ? { geo: places } : {}) });
}

const featureNames = (count: number): string[] =>
  Array.from({ length: Math.max(0, count) }, (_, index) => `feature_${index}`);

/** What the configuration reads besides, from 2.x on. */
function covariatesOf(call: Call, configId: string | null): string[] {
  if (call.service.generation === 1 || configId === null || configId === '') return [];
  const id = parseUlid(configId);
  if (id === null) throw refusal(call, 400, `Invalid config_id: '${configId}'`, calledUrl(call));
  const config = call.service.configs.get(id);
  if (!config) throw refusal(call, 404, `Config ${configId} not found`, calledUrl(call));
  return config.data.additional_continuous_covariates;
}

type Sized = Parameters<typeof sampleFrame>;
const frameOf = (call: Call, ...sized: Sized): Frame =>
  described(sampleFrame(...sized), call.service.generation, { title: null, description: null });

function ofTraining(call: Call, size: SampleSize, random: Sized[1]) {
  const periods = call.service.generation === 2 ? Math.max(1, size.periods) : size.periods;
  return { data: frameOf(call, { ...size, periods }, random) };
}

/** In 2.x the future follows the history, within the bounds of the service; in 1.x it is five years later. */
function ofPrediction(call: Call, size: SampleSize, random: Sized[1]) {
  const newer = call.service.generation === 2;
  const periods = newer ? Math.max(1, size.periods) : size.periods;
  const horizon = newer ? Math.min(periods, info.max_prediction_periods) : periods;
  const from = newer ? { year: 2020, period: periods } : { year: 2025, period: 0 };
  const future = frameOf(call, { ...size, periods: horizon, from }, random);
  const unknown = future.data.map((row) => row.map((cell, place) => (place === casesAt ? null : cell)));
  return { historic: frameOf(call, { ...size, periods }, random), future: { ...future, data: unknown } };
}

/** Place of `disease_cases` in a row. */
const casesAt = 2;

function geoOf(call: Call, places: number, type: GeoType) {
  const collection = samplePlaces(places, type);
  return call.service.generation === 2 && places > 0
    ? { ...collection, bbox: boxOf(collection) }
    : collection;
}
