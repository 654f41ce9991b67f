/** Thrown for a filter or an order that the service would not take. */
export class FilterError extends Error {}

export type FieldValue = string | number | boolean | null | undefined;
/** What a record says under a name of the filter; undefined for a name that does not exist. */
export type FieldReader<T> = (item: T, field: string) => FieldValue;

const comparison = /\(?\s*([\w./-]+)\s+(eq|ne|gt|ge|lt|le)\s+('(?:[^']|'')*'|[^\s()]+)\s*\)?\s*(and\s+|$)/giy;

/** The conditions of an OData filter joined by `and`, as a predicate. Throws FilterError for anything more. */
export function compileFilter<T>(filter: string, read: FieldReader<T>): (item: T) => boolean {
  const tests: ((item: T) => boolean)[] = [];
  const text = filter.trim();
  comparison.lastIndex = 0;
  while (comparison.lastIndex < text.length) {
    const [whole, field = '', operator = '', literal = ''] = comparison.exec(text) ?? [];
    if (whole === undefined) throw new FilterError(`The filter '${filter}' is not supported.`);
    tests.push((item) => holds(read(item, field), operator.toLowerCase(), literalValue(literal)));
  }
  return (item) => tests.every((test) => test(item));
}

function literalValue(literal: string): string | null {
  if (literal === 'null') return null;
  return literal.startsWith("'") ? literal.slice(1, -1).replaceAll("''", "'") : literal;
}

function holds(left: FieldValue, operator: string, right: string | null): boolean {
  if (operator === 'eq') return right === null ? left == null : String(left ?? '') === right;
  if (operator === 'ne') return right === null ? left != null : String(left ?? '') !== right;
  if (left == null || right === null) return false;
  const difference = compare(
    left,
    typeof left === 'number' ? (Number.isNaN(Number(right)) ? Date.parse(right) : Number(right)) : right,
  );
  return (
    { gt: difference > 0, ge: difference >= 0, lt: difference < 0, le: difference <= 0 }[operator] ?? false
  );
}

const compare = (a: FieldValue, b: FieldValue): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a ?? '') < String(b ?? '') ? -1 : Number(String(a ?? '') > String(b ?? ''));
};

/** Sorts by `field [asc|desc]`; `tieBreaker` decides between equals. Throws FilterError for an unknown field. */
export function sortBy<T>(
  items: T[],
  orderBy: string,
  read: FieldReader<T>,
  tieBreaker: (item: T) => number,
): T[] {
  const [field = '', direction = 'asc'] = orderBy.trim().split(/\s+/);
  const sign = direction.toLowerCase() === 'desc' ? -1 : 1;
  if (items[0] !== undefined && read(items[0], field) === undefined)
    throw new FilterError(`Ordering by '${field}' is not supported.`);
  return [...items].sort(
    (a, b) => sign * (compare(read(a, field), read(b, field)) || tieBreaker(a) - tieBreaker(b)),
  );
}
