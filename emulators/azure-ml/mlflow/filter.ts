import { mlflowInvalid } from './errors.ts';

export type Entity = 'tags' | 'params' | 'metrics' | 'attributes';
/** What a record holds under an entity's key; undefined where it has none. */
export type Reader<T> = (item: T, entity: Entity, key: string) => string | number | null | undefined;

const entities: Record<string, Entity> = {
  tag: 'tags',
  tags: 'tags',
  param: 'params',
  params: 'params',
  parameter: 'params',
  parameters: 'params',
  metric: 'metrics',
  metrics: 'metrics',
  attr: 'attributes',
  attribute: 'attributes',
  attributes: 'attributes',
  run: 'attributes',
};

const clause =
  /\s*([\w.]+(?:`[^`]+`|"[^"]+"|[\w.\-/]*))\s*(!=|<=|>=|=|<|>|\bNOT\s+IN\b|\bIN\b|\bI?LIKE\b)\s*('(?:[^'\\]|\\.)*'|"[^"]*"|\([^)]*\)|[^\s]+)\s*(AND\b|OR\b|$)/giy;

/**
 * The clauses of an MLflow filter, joined by AND, as a predicate. Azure has no OR, no LIKE, and no != on tags
 * (contract section 10). Throws 400.
 */
export function compileMlflowFilter<T>(filter: string, read: Reader<T>): (item: T) => boolean {
  const tests: ((item: T) => boolean)[] = [];
  const text = filter.trim();
  clause.lastIndex = 0;
  while (clause.lastIndex < text.length) {
    const [whole, name = '', operator = '', literal = '', joint = ''] = clause.exec(text) ?? [];
    if (whole === undefined || joint.toUpperCase() === 'OR')
      throw mlflowInvalid(`Invalid clause(s) in filter string: '${filter}'. Only AND is supported.`);
    tests.push(compileClause(name, operator.toUpperCase(), literal, read));
  }
  return (item) => tests.every((test) => test(item));
}

function compileClause<T>(
  name: string,
  operator: string,
  literal: string,
  read: Reader<T>,
): (item: T) => boolean {
  const { entity, key } = splitName(name);
  if (operator.endsWith('LIKE')) throw mlflowInvalid(`The operator ${operator} is not supported.`);
  if (entity === 'tags' && operator === '!=')
    throw mlflowInvalid('The operator != is not supported for tags.');
  if (operator.endsWith('IN')) {
    const values = [...literal.matchAll(/'([^']*)'|"([^"]*)"/g)].map(
      ([, single, double]) => single ?? double,
    );
    return (item) => values.includes(String(read(item, entity, key) ?? '')) === (operator === 'IN');
  }
  const right = /^['"]/.test(literal) ? literal.slice(1, -1) : literal;
  return (item) => holds(read(item, entity, key), operator, right);
}

/** `tags.mlflow.parentRunId`, `attributes.status`, `start_time`, and keys in backticks or quotes. */
export function splitName(name: string): { entity: Entity; key: string } {
  const dot = name.indexOf('.');
  const prefix = name.slice(0, Math.max(dot, 0)).toLowerCase();
  const entity = entities[prefix];
  if (dot > 0 && !entity) throw mlflowInvalid(`Invalid entity type '${prefix}'.`);
  const key = entity ? name.slice(dot + 1) : name;
  return { entity: entity ?? 'attributes', key: key.replace(/^([`"])(.*)\1$/, '$2') };
}

function holds(left: string | number | null | undefined, operator: string, right: string): boolean {
  if (left === null || left === undefined) return false;
  const difference = typeof left === 'number' ? left - Number(right) : compareText(left, right);
  const results: Record<string, boolean> = {
    '=': difference === 0,
    '!=': difference !== 0,
    '<': difference < 0,
    '<=': difference <= 0,
    '>': difference > 0,
    '>=': difference >= 0,
  };
  return results[operator] ?? false;
}

const compareText = (a: string, b: string) => (a < b ? -1 : Number(a > b));
