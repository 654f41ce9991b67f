import { createHash } from 'node:crypto';
import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { LRUCache } from 'lru-cache';
import { badInput } from '../../domain/errors.ts';
import { assertNested } from './nesting.ts';

/** Null: no schema that can be used; the service alone judges then. */
type Compiled = { validate: ValidateFunction | null };

const compiled = new LRUCache<string, Compiled>({ max: 200 });
const longestData = 256 * 1024;
const shownFaults = 5;

/**
 * Checks a configuration's `data` as the service would, which fills in its defaults later.
 * @throws BAD_USER_INPUT naming the path of the first fault, such as `input.data.prediction_periods`.
 */
export function checkConfigData(service: string, schema: unknown, data: unknown, field: string): void {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw badInput(field, `${field}: an object was expected.`);
  assertNested(field, data);
  if (JSON.stringify(data).length > longestData)
    throw badInput(field, `${field}: at most ${longestData} characters of JSON were expected.`);
  const { validate } = validatorOf(service, schema);
  if (!validate || validate(data)) return;
  const faults = faultsOf(validate.errors ?? [], field);
  const [path = field] = faults.keys();
  const words = [...faults].slice(0, shownFaults).map(([where, what]) => `${where}: ${what}`);
  throw badInput(path, words.join('; '));
}

/** The schema is code once compiled, so kept by what it says: a service may change it. */
function validatorOf(service: string, schema: unknown): Compiled {
  const text = JSON.stringify(schema) ?? '';
  const key = JSON.stringify([service, createHash('sha256').update(text).digest('hex')]);
  const known = compiled.get(key) ?? compile(schema);
  compiled.set(key, known);
  return known;
}

const options: Options = { allErrors: true, strict: false, logger: false };

/**
 * In the dialect that it names; without a name in that of 2020-12, as pydantic writes it. With `$async`, a word of this
 * library alone, its judgement would come later, and its refusal to nobody.
 */
function compile(schema: unknown): Compiled {
  if (typeof schema !== 'object' || schema === null || '$async' in schema) return { validate: null };
  const dialect = String((schema as { $schema?: unknown }).$schema ?? '');
  const Dialect = /draft-0?[67]/.test(dialect) ? Ajv : /2019-09/.test(dialect) ? Ajv2019 : Ajv2020;
  try {
    const ajv = new Dialect(options);
    formats.default(ajv);
    return { validate: ajv.compile(schema) };
  } catch {
    return { validate: null };
  }
}

/** What is wrong, by path. Of alternatives each says why it does not fit. */
function faultsOf(errors: readonly ErrorObject[], field: string): Map<string, string> {
  const specific = errors.filter(({ keyword }) => !/^(anyOf|oneOf|if)$/.test(keyword));
  const faults = new Map<string, string[]>();
  for (const error of specific.length > 0 ? specific : errors) {
    const path = pathOf(error, field);
    const known = faults.get(path) ?? [];
    const words = wordsOf(error);
    if (!known.includes(words)) faults.set(path, [...known, words]);
  }
  return new Map([...faults].map(([path, words]) => [path, words.join(' or ')]));
}

/** `/a/0/b` as `.a[0].b`, with the member that is missing, or one too many. */
function pathOf({ instancePath, params }: ErrorObject, field: string): string {
  const steps = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const { missingProperty, additionalProperty, unevaluatedProperty, propertyName } = params as Record<
    string,
    unknown
  >;
  const member = missingProperty ?? additionalProperty ?? unevaluatedProperty ?? propertyName;
  const all = member === undefined ? steps : [...steps, String(member)];
  const path = all.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join('');
  return `${field}${path}`;
}

function wordsOf({ keyword, params, message }: ErrorObject): string {
  if (keyword === 'required') return 'is required';
  if (/^(additional|unevaluated)Properties$/.test(keyword)) return 'is not known to this service';
  if (keyword === 'enum') {
    const { allowedValues = [] } = params as { allowedValues?: unknown[] };
    return `must be one of ${allowedValues
      .slice(0, 20)
      .map((value) => JSON.stringify(value))
      .join(', ')}`;
  }
  return message ?? 'does not fit the schema';
}
