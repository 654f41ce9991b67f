import type { ReadRequest } from '../sql/read.ts';
import { parseOrder, parseSelect } from './columns.ts';
import { notEmulated, refusal, unreadable } from './errors.ts';
import { parseCondition } from './filters.ts';

const reserved = new Set(['select', 'order', 'limit', 'offset', 'columns', 'on_conflict']);

/** Reads the query string; `maxRows` caps it silently. `own` are names that are no filters. Throws PGRST100. */
export function parseQuery(
  parameters: URLSearchParams,
  maxRows: number | null,
  own: ReadonlySet<string> = new Set(),
): ReadRequest {
  const filters = [...parameters].filter(([name]) => !reserved.has(name) && !own.has(name));
  const asked = wholeNumber(parameters, 'limit');
  return {
    select: parseSelect(parameters.get('select')),
    conditions: filters.map(([name, value]) => parseCondition(name, value)),
    order: parseOrder(parameters.get('order')),
    limit: maxRows === null ? asked : Math.min(asked ?? maxRows, maxRows),
    offset: wholeNumber(parameters, 'offset') ?? 0,
  };
}

function wholeNumber(parameters: URLSearchParams, name: string): number | null {
  const text = parameters.get(name);
  if (text === null) return null;
  if (/^-\d+$/.test(text))
    throw unsatisfiable(`${name === 'limit' ? 'Limit' : 'Offset'} should be greater than or equal to zero.`);
  if (!/^\d{1,9}$/.test(text)) throw unreadable(`${name} parameter`, text, 'expecting a whole number');
  return Number(text);
}

/** PGRST103. */
export const unsatisfiable = (details: string, headers?: Record<string, string>) =>
  refusal(416, { code: 'PGRST103', message: 'Requested range not satisfiable', details }, headers);

/** The filters of a change. An order or a limit of one, which the emulator does not have, is refused with 501. */
export function parseChange(parameters: URLSearchParams): Pick<ReadRequest, 'select' | 'conditions'> {
  for (const name of ['order', 'limit', 'offset'])
    if (parameters.has(name)) throw notEmulated(`${name} of a change`);
  return parseQuery(parameters, null);
}

/** A list of names such as `columns="a","b"`; null where it was not given. */
export function nameList(parameters: URLSearchParams, name: string): string[] | null {
  const text = parameters.get(name);
  if (!text) return null;
  return text.split(',').map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
}
