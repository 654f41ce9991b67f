import { type ColumnPath, columnPath, wholeColumnPath } from './columns.ts';
import { notEmulated } from './errors.ts';
import { createScanner, type Scanner } from './scanner.ts';

/** What rows are meant. */
export type Condition =
  | { kind: 'compare'; path: ColumnPath; negated: boolean; operator: Operator; value: string }
  | { kind: 'is'; path: ColumnPath; negated: boolean; value: IsValue }
  /** One of, all of, any of: `array` is an array as PostgreSQL writes it. */
  | {
      kind: 'array';
      path: ColumnPath;
      negated: boolean;
      operator: Operator;
      quantifier: 'any' | 'all';
      array: string;
    }
  | { kind: 'group'; negated: boolean; join: 'and' | 'or'; members: Condition[] };

const operators = {
  eq: '=',
  neq: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  like: 'like',
  ilike: 'ilike',
  match: '~',
  imatch: '~*',
  isdistinct: 'is distinct from',
  cs: '@>',
  cd: '<@',
  ov: '&&',
} as const;
export type Operator = (typeof operators)[keyof typeof operators];

const isValues = {
  null: 'null',
  not_null: 'not null',
  true: 'true',
  false: 'false',
  unknown: 'unknown',
} as const;
export type IsValue = (typeof isValues)[keyof typeof isValues];

const known = <T extends object>(table: T, key: string): key is Extract<keyof T, string> =>
  Object.hasOwn(table, key);
const otherOperators = new Set(['fts', 'plfts', 'phfts', 'wfts', 'sl', 'sr', 'nxr', 'nxl', 'adj']);
const quantifiable = new Set(['eq', 'like', 'ilike', 'gt', 'gte', 'lt', 'lte', 'match', 'imatch']);

/** One parameter of the query string as a condition. Throws PGRST100, PGRST108. */
export function parseCondition(name: string, text: string): Condition {
  const group = /^(not\.)?(and|or)$/.exec(name);
  if (group) {
    const scanner = createScanner(text, 'logic tree');
    const condition = groupOf(scanner, group[2] as 'and' | 'or', group[1] !== undefined);
    if (!scanner.ended()) scanner.fail(`unexpected "${scanner.peek()}"`);
    return condition;
  }
  const scanner = createScanner(text, 'filter');
  return comparison(scanner, wholeColumnPath(name), restOf);
}

function groupOf(scanner: Scanner, join: 'and' | 'or', negated: boolean): Condition {
  const members: Condition[] = [];
  scanner.expect('(');
  do members.push(member(scanner));
  while (scanner.take(','));
  scanner.expect(')');
  return { kind: 'group', negated, join, members };
}

function member(scanner: Scanner): Condition {
  while (scanner.take(' '));
  for (const negated of [true, false])
    for (const join of ['and', 'or'] as const) {
      const prefix = `${negated ? 'not.' : ''}${join}`;
      if (scanner.startsWith(`${prefix}(`) && scanner.take(prefix)) return groupOf(scanner, join, negated);
    }
  const path = columnPath(scanner, '.,()');
  scanner.expect('.');
  return comparison(scanner, path, valueInGroup);
}

/** Reads a value up to its end. */
type ReadValue = (scanner: Scanner) => string;

/** Outside a group a value is all that is left, quotes and commas included. */
const restOf: ReadValue = (scanner) => {
  let rest = '';
  while (!scanner.ended()) {
    rest += scanner.peek();
    scanner.take(scanner.peek());
  }
  return rest;
};

const valueInGroup: ReadValue = (scanner) => {
  if (!scanner.startsWith('{')) return scanner.word(',)');
  const value = scanner.word('}');
  scanner.expect('}');
  return `${value}}`;
};

function comparison(scanner: Scanner, path: ColumnPath, readValue: ReadValue): Condition {
  const negated = scanner.take('not.');
  const name = scanner.word('.(');
  const quantifier = scanner.take('(any)') ? 'any' : scanner.take('(all)') ? 'all' : null;
  if (otherOperators.has(name)) throw notEmulated(`the operator ${name}`);
  if (!scanner.take('.') || (quantifier && !quantifiable.has(name)))
    return scanner.fail(`unexpected "${name}", expecting an operator`);
  if (name === 'in') return inList(scanner, path, negated);
  const value = readValue(scanner);
  if (name === 'is') {
    const wanted = value.toLowerCase();
    if (!known(isValues, wanted))
      return scanner.fail(`unexpected "${value}", expecting null or a truth value`);
    return { kind: 'is', path, negated, value: isValues[wanted] };
  }
  if (!known(operators, name)) return scanner.fail(`unexpected "${name}", expecting an operator`);
  const wanted = name === 'like' || name === 'ilike' ? value.replaceAll('*', '%') : value;
  if (quantifier)
    return { kind: 'array', path, negated, operator: operators[name], quantifier, array: wanted };
  return { kind: 'compare', path, negated, operator: operators[name], value: wanted };
}

function inList(scanner: Scanner, path: ColumnPath, negated: boolean): Condition {
  const values: string[] = [];
  scanner.expect('(');
  if (!scanner.startsWith(')'))
    do values.push(scanner.word(',)'));
    while (scanner.take(','));
  scanner.expect(')');
  const array = `{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
  return { kind: 'array', path, negated, operator: '=', quantifier: 'any', array };
}
