import { isObject } from '../../azure-ml/arm/call.ts';
import type { Generation } from '../call.ts';
import {
  asInteger,
  asListOf,
  asObject,
  asText,
  type Check,
  type Issue,
  type Loc,
  oneOf,
  within,
} from '../wire/issues.ts';

/** A configuration's `data`; members that the service does not know are kept. */
export type ConfigData = {
  prediction_periods: number;
  additional_continuous_covariates: string[];
  feature_scaling: 'none' | 'standardize';
  min_training_rows: number;
  [more: string]: unknown;
};

type Member = { title: string; default: unknown; check: Check<unknown>; schema: Record<string, unknown> };

const members: Record<string, Member> = {
  prediction_periods: {
    title: 'Prediction Periods',
    default: 3,
    check: asInteger,
    schema: { type: 'integer' },
  },
  additional_continuous_covariates: {
    title: 'Additional Continuous Covariates',
    default: [],
    check: asListOf(asText),
    schema: { items: { type: 'string' }, type: 'array' },
  },
  feature_scaling: {
    title: 'Feature Scaling',
    default: 'none',
    check: oneOf(['none', 'standardize']),
    schema: { enum: ['none', 'standardize'], type: 'string' },
  },
  min_training_rows: {
    title: 'Min Training Rows',
    default: 3,
    check: within(asInteger, { ge: 3, le: 1000 }),
    schema: { maximum: 1000, minimum: 3, type: 'integer' },
  },
};

/** JSON Schema of a configuration's `data`. */
export const configSchema = {
  additionalProperties: true,
  description: "What the emulator's configurations hold.",
  properties: Object.fromEntries(
    Object.entries(members).map(([name, { title, default: value, schema }]) => [
      name,
      { default: value, ...schema, title },
    ]),
  ),
  title: 'DiseaseConfig',
  type: 'object',
};

/** Checks `data`, and fills in what it leaves out. */
export const configDataOf =
  (generation: Generation): Check<ConfigData> =>
  (value, loc, issues) => {
    const given = asObject(value, loc, issues);
    return given && filledIn(generation === 2 ? hoisted(given) : given, loc, issues);
  };

function filledIn(given: Record<string, unknown>, loc: Loc, issues: Issue[]): ConfigData {
  const data: Record<string, unknown> = {};
  for (const [name, { check, default: value }] of Object.entries(members))
    data[name] = name in given ? check(given[name], [...loc, name], issues) : value;
  for (const [name, value] of Object.entries(given)) if (!(name in members)) data[name] = value;
  return data as ConfigData;
}

/** From 2.x on, what chap-core sends as `user_option_values` counts as members of its own; those win. */
function hoisted(given: Record<string, unknown>): Record<string, unknown> {
  const { user_option_values: nested, ...rest } = given;
  return isObject(nested) ? { ...nested, ...rest } : given;
}
