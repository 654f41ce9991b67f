import type { Reply } from '../kit/server.ts';
import type { Column, Table } from './catalogue.ts';
import { answerHeaders, asCaller, contentRange, type Exchange, requireSingle } from './exchange.ts';
import { type Answer, answer, type Statement } from './sql/answer.ts';
import { createBindings, tableName } from './sql/identifiers.ts';
import { type ReadRequest, readStatement } from './sql/read.ts';
import { deleteStatement, insertStatement, type Returning, updateStatement } from './sql/write.ts';
import { badBody, readBody } from './wire/body.ts';
import { refusal } from './wire/errors.ts';
import { nameList, parseChange, parseQuery, unsatisfiable } from './wire/query-string.ts';

/** Answers `/rest/v1/{name}`. */
export async function serveTable(exchange: Exchange, name: string): Promise<Reply> {
  const serve = verbs[exchange.request.method];
  if (!serve)
    throw refusal(405, { code: 'PGRST117', message: `Unsupported HTTP method: ${exchange.request.method}` });
  const table = exchange.catalogue.tables.get(name);
  if (!table)
    throw refusal(404, {
      code: 'PGRST205',
      message: `Could not find the table 'public.${name}' in the schema cache`,
    });
  return await serve(exchange, table);
}

type Serve = (exchange: Exchange, table: Table) => Promise<Reply>;

const read: Serve = async (exchange, table) => {
  const query = parseQuery(exchange.request.url.searchParams, exchange.maxRows);
  const from = tableName(table.name);
  const relation = { source: from, from, bindings: createBindings() };
  const statement = readStatement(query, relation, exchange.preferences.count);
  return await asCaller(exchange, async (run) =>
    readReply(exchange, query, await answer(run, statement, exchange.media)),
  );
};

/** 206 for a part of what was counted. Throws PGRST103 for an offset beyond it. */
export function readReply(exchange: Exchange, { offset }: ReadRequest, found: Answer): Reply {
  requireSingle(exchange, found);
  const { total, rows } = found;
  if (total !== null && offset > total)
    throw unsatisfiable(`An offset of ${offset} was requested, but there are only ${total} rows.`, {
      'content-range': `*/${total}`,
    });
  return {
    status: total !== null && rows < total ? 206 : 200,
    headers: answerHeaders(exchange, contentRange(offset, rows, total)),
    body: Buffer.from(found.body),
  };
}

const insert: Serve = async (exchange, table) => {
  const { request, preferences } = exchange;
  const { searchParams } = request.url;
  const body = await readBody(request);
  const listed = nameList(searchParams, 'columns');
  if (!listed && !body.uniform) throw badBody('All object keys must match');
  const { resolution } = preferences;
  const keys = nameList(searchParams, 'on_conflict') ?? table.primaryKey;
  const statement = insertStatement({
    table,
    columns: columnsOf(table, listed ?? body.keys),
    body: body.text,
    missingDefault: preferences.missingDefault,
    conflict: resolution && { columns: keys, resolution },
    returning: returningOf(exchange),
  });
  return await change(exchange, statement, (done) => ({
    status: done.inserted === 0 && resolution === 'merge-duplicates' ? 200 : 201,
    range: `*/${preferences.count ? done.rows : '*'}`,
  }));
};

const update: Serve = async (exchange, table) => {
  const { request } = exchange;
  const { conditions } = parseChange(request.url.searchParams);
  const body = await readBody(request);
  const columns = columnsOf(table, nameList(request.url.searchParams, 'columns') ?? body.keys);
  const returning = returningOf(exchange);
  const statement = updateStatement({ table, columns, body: body.text, conditions, returning });
  return await change(exchange, statement, (done) => ({
    status: returning ? 200 : 204,
    range: contentRange(0, done.rows, exchange.preferences.count ? done.rows : null),
  }));
};

const remove: Serve = async (exchange, table) => {
  const { conditions } = parseChange(exchange.request.url.searchParams);
  const returning = returningOf(exchange);
  return await change(exchange, deleteStatement(table, conditions, returning), (done) => ({
    status: returning ? 200 : 204,
    range: `*/${exchange.preferences.count ? done.rows : '*'}`,
  }));
};

const verbs: Record<string, Serve> = { GET: read, HEAD: read, POST: insert, PATCH: update, DELETE: remove };

const returningOf = ({ preferences, request }: Exchange): Returning =>
  preferences.representation
    ? {
        select: parseQuery(
          new URLSearchParams({ select: request.url.searchParams.get('select') ?? '*' }),
          null,
        ).select,
      }
    : null;

/** Throws PGRST204 for a column that the table does not have. */
function columnsOf(table: Table, names: string[]): Column[] {
  return [...new Set(names)].map((name) => {
    const column = table.columns.get(name);
    if (column) return column;
    throw refusal(400, {
      code: 'PGRST204',
      message: `Could not find the '${name}' column of '${table.name}' in the schema cache`,
    });
  });
}

/** Runs a change; one that touched too much, or not the one row asked for, is rolled back. */
async function change(
  exchange: Exchange,
  statement: Statement,
  outcome: (done: Answer) => { status: number; range: string },
): Promise<Reply> {
  return await asCaller(exchange, async (run) => {
    const done = await answer(run, statement, exchange.media);
    const { maxAffected, representation } = exchange.preferences;
    if (maxAffected !== null && done.rows > maxAffected)
      throw refusal(400, {
        code: 'PGRST124',
        message: 'Query result exceeds max-affected preference constraint',
        details: `The query affects ${done.rows} rows`,
      });
    if (representation) requireSingle(exchange, done);
    const { status, range } = outcome(done);
    const headers = answerHeaders(exchange, range);
    if (representation) return { status, headers, body: Buffer.from(done.body) };
    const { 'content-type': _, ...bare } = headers;
    return { status, headers: bare };
  });
}
