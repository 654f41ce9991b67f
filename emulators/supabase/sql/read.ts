import type { Order, Selected } from '../wire/columns.ts';
import type { Condition } from '../wire/filters.ts';
import type { Statement } from './answer.ts';
import { orderSql, type Scope, selectSql, whereSql } from './clauses.ts';
import type { Bindings } from './identifiers.ts';

/** What a query string asks of a relation. */
export type ReadRequest = {
  select: Selected[] | null;
  conditions: Condition[];
  order: Order[];
  limit: number | null;
  offset: number;
};

/** Reads a relation: `source` as FROM has it, `from` the name of it. */
export function readStatement(
  request: ReadRequest,
  relation: { source: string; from: string; bindings: Bindings },
  counted: boolean,
): Statement {
  const scope: Scope = { from: relation.from, bindings: relation.bindings };
  const where = whereSql(request.conditions, scope);
  const limit = request.limit === null ? '' : ` limit ${request.limit}`;
  return {
    rows: `select ${selectSql(request.select, scope)} from ${relation.source}${where}${orderSql(request.order, scope)}${limit} offset ${request.offset}`,
    ...(counted ? { total: `(select count(*) from ${relation.source}${where})` } : {}),
    bindings: relation.bindings,
  };
}
