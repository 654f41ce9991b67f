import { isObject } from '../../azure-ml/arm/call.ts';
import { parseUlid } from './ulid.ts';

export type Loc = (string | number)[];

/** One entry of a 422, as pydantic words it. */
export type Issue = { type: string; loc: Loc; msg: string; input: unknown; ctx?: Record<string, unknown> };

/** Reads one value: pushes what is wrong with it, and then gives null. */
export type Check<T> = (value: unknown, loc: Loc, issues: Issue[]) => T | null;

export function issue(type: string, loc: Loc, msg: string, input: unknown, ctx?: Issue['ctx']): Issue {
  return { type, loc, msg, input, ...(ctx ? { ctx } : {}) };
}

export const missing = (loc: Loc, input: unknown): Issue => issue('missing', loc, 'Field required', input);

export const asText: Check<string> = (value, loc, issues) => {
  if (typeof value === 'string') return value;
  issues.push(issue('string_type', loc, 'Input should be a valid string', value));
  return null;
};

export const asUlid: Check<string> = (value, loc, issues) => {
  const ulid = parseUlid(value);
  if (ulid === null) issues.push(issue('ulid_format', loc, 'Unrecognized format', value));
  return ulid;
};

export const asObject: Check<Record<string, unknown>> = (value, loc, issues) => {
  if (isObject(value)) return value;
  const msg = 'Input should be a valid dictionary or object to extract fields from';
  issues.push(issue('model_attributes_type', loc, msg, value));
  return null;
};

/** Of whatever. */
export const asAnyList: Check<unknown[]> = (value, loc, issues) => {
  if (Array.isArray(value)) return value;
  issues.push(issue('list_type', loc, 'Input should be a valid list', value));
  return null;
};

export const asListOf =
  <T>(check: Check<T>): Check<T[]> =>
  (value, loc, issues) =>
    asAnyList(value, loc, issues)
      ?.map((item, index) => check(item, [...loc, index], issues))
      .filter((item) => item !== null) ?? null;

/** Whole numbers as pydantic takes them: also `"5"`, `5.0` and `true`. */
export const asInteger: Check<number> = (value, loc, issues) => {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'string') return integerInText(value, loc, issues);
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  issues.push(
    typeof value === 'number'
      ? issue(
          'int_from_float',
          loc,
          'Input should be a valid integer, got a number with a fractional part',
          value,
        )
      : issue('int_type', loc, 'Input should be a valid integer', value),
  );
  return null;
};

const integerInText: Check<number> = (value, loc, issues) => {
  if (/^\s*[+-]?\d+\s*$/.test(String(value))) return Number(value);
  const msg = 'Input should be a valid integer, unable to parse string as an integer';
  issues.push(issue('int_parsing', loc, msg, value));
  return null;
};

export type Bounds = { ge?: number; gt?: number; le?: number };

const bounds = [
  {
    name: 'ge',
    type: 'greater_than_equal',
    msg: 'greater than or equal to',
    holds: (a: number, b: number) => a >= b,
  },
  { name: 'gt', type: 'greater_than', msg: 'greater than', holds: (a: number, b: number) => a > b },
  {
    name: 'le',
    type: 'less_than_equal',
    msg: 'less than or equal to',
    holds: (a: number, b: number) => a <= b,
  },
] as const;

/** A number within bounds; `input` of the complaint is the value as it was sent. */
export const within =
  (check: Check<number>, wanted: Bounds): Check<number> =>
  (value, loc, issues) => {
    const number = check(value, loc, issues);
    if (number === null) return null;
    for (const { name, type, msg, holds } of bounds) {
      const limit = wanted[name];
      if (limit === undefined || holds(number, limit)) continue;
      issues.push(issue(type, loc, `Input should be ${msg} ${limit}`, value, { [name]: limit }));
      return null;
    }
    return number;
  };

export const asNumberText: Check<number> = (value, loc, issues) => {
  const number = String(value).trim() === '' ? Number.NaN : Number(value);
  if (!Number.isNaN(number)) return number;
  const msg = 'Input should be a valid number, unable to parse string as a number';
  issues.push(issue('float_parsing', loc, msg, value));
  return null;
};

/** `'a', 'b' or 'c'`, as pydantic lists what it would take. */
export function listed(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `'${choice}'`);
  return [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter(Boolean).join(' or ');
}

export const oneOf =
  <T extends string>(choices: readonly T[], type = 'literal_error'): Check<T> =>
  (value, loc, issues) => {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    const expected = listed(choices);
    issues.push(issue(type, loc, `Input should be ${expected}`, value, { expected }));
    return null;
  };
