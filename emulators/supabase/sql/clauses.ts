import type { ColumnPath, Order, Selected } from '../wire/columns.ts';
import type { Condition } from '../wire/filters.ts';
import { type Bindings, identifier } from './identifiers.ts';

/** Clauses over one relation, which SQL names `from`. */
export type Scope = { from: string; bindings: Bindings };

function pathSql({ column, steps }: ColumnPath, { from, bindings }: Scope): string {
  const name = `${from}.${identifier(column)}`;
  if (steps.length === 0) return name;
  const keys = steps.map(({ key, asText }) => {
    const type = /^-?\d+$/.test(key) ? 'int' : 'text';
    return ` ${asText ? '->>' : '->'} ${bindings.bind(key)}::${type}`;
  });
  return `to_jsonb(${name})${keys.join('')}`;
}

/** What is selected or returned; null for every column. */
export function selectSql(selected: Selected[] | null, scope: Scope): string {
  if (selected === null) return `${scope.from}.*`;
  return selected.map((item) => selectedSql(item, scope)).join(', ');
}

function selectedSql({ path, alias, cast }: Selected, scope: Scope): string {
  if (path.column === '*') return `${scope.from}.*`;
  const value = pathSql(path, scope);
  const typed = cast === null ? value : `cast(${value} as ${identifier(cast)})`;
  const name = alias ?? [...path.steps].reverse().find(({ key }) => !/^\d+$/.test(key))?.key ?? path.column;
  return `${typed} as ${identifier(name)}`;
}

/** ` where …`, or nothing. */
export function whereSql(conditions: Condition[], scope: Scope): string {
  if (conditions.length === 0) return '';
  return ` where ${conditions.map((condition) => conditionSql(condition, scope)).join(' and ')}`;
}

function conditionSql(condition: Condition, scope: Scope): string {
  const positive = positiveSql(condition, scope);
  return condition.negated ? `not (${positive})` : positive;
}

function positiveSql(condition: Condition, scope: Scope): string {
  if (condition.kind === 'group')
    return `(${condition.members.map((member) => conditionSql(member, scope)).join(` ${condition.join} `)})`;
  const left = pathSql(condition.path, scope);
  if (condition.kind === 'is') return `${left} is ${condition.value}`;
  if (condition.kind === 'compare')
    return `${left} ${condition.operator} ${scope.bindings.bind(condition.value)}`;
  return `${left} ${condition.operator} ${condition.quantifier} (${scope.bindings.bind(condition.array)})`;
}

/** ` order by …`, or nothing. */
export function orderSql(orders: Order[], scope: Scope): string {
  if (orders.length === 0) return '';
  const terms = orders.map(({ path, direction, nulls }) => {
    return `${pathSql(path, scope)} ${direction}${nulls ? ` nulls ${nulls}` : ''}`;
  });
  return ` order by ${terms.join(', ')}`;
}
