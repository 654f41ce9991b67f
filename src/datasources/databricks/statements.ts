import { codeOf } from '../../domain/errors.ts';
import type { GenieQueryPlace } from '../../domain/genie.ts';
import type { Table } from '../../domain/tables.ts';
import type { Connection } from './connection.ts';
import { expired, queryFailed, stillRunning, unreadable } from './errors.ts';
import { rowsIn, toTable } from './table.ts';
import { chunk, queryResult, type WireCell, type WireStatement } from './wire.ts';

/** Between two looks at a query that runs, in milliseconds; the last for all that follow. */
const steps = [250, 500, 1_000, 2_000];

/** The rows of an answer (contract section 3.4). */
export async function readTable(
  connection: Connection,
  place: GenieQueryPlace,
  maxRows: number,
): Promise<Table> {
  const statement = await whenEnded(connection, place, await readStatement(connection, place));
  const { rows, more } = await readRows(connection, statement, maxRows);
  return toTable(statement, rows, maxRows, more);
}

/** Runs the SQL again; sent once, for the warehouse pays for each. */
export async function rerun(connection: Connection, place: GenieQueryPlace): Promise<void> {
  const path = `${connection.paths.query(place)}/execute-query`;
  const reply = await connection.send({ method: 'POST', path, schema: queryResult, what: 'message' });
  await whenEnded(connection, place, reply.statement_response);
}

async function readStatement({ send, paths }: Connection, place: GenieQueryPlace): Promise<WireStatement> {
  const path = `${paths.query(place)}/query-result`;
  const reply = await send({ method: 'GET', path, schema: queryResult, what: 'rows' });
  return reply.statement_response;
}

/** The statement once its rows are there. @throws UPSTREAM_TIMEOUT where that takes too long, or what it ended as. */
async function whenEnded(
  connection: Connection,
  place: GenieQueryPlace,
  first: WireStatement,
): Promise<WireStatement> {
  const { clock, signal, rowsMs, actor } = connection;
  const deadlineAt = clock.now() + rowsMs;
  let statement = first;
  for (let look = 0; ; look++) {
    const state = statement.status?.state ?? (statement.manifest ? 'SUCCEEDED' : '');
    if (state === 'SUCCEEDED') return statement;
    if (state === 'CLOSED') throw expired(actor);
    if (state === 'FAILED') throw queryFailed(statement.status?.error?.message);
    if (state === 'CANCELED' || state === 'CANCELLED') throw queryFailed('it was canceled');
    const wait = steps[Math.min(look, steps.length - 1)] ?? 0;
    if (clock.now() + wait >= deadlineAt) throw stillRunning();
    await clock.sleep(wait, signal);
    statement = await readStatement(connection, place);
  }
}

/** Rows in order, chunk by chunk, until there are enough. `more` where not all were read. */
async function readRows(
  connection: Connection,
  statement: WireStatement,
  maxRows: number,
): Promise<{ rows: WireCell[][]; more: boolean }> {
  let part = statement.result ?? {};
  const rows = [...rowsIn(part)];
  // Rows by links are of the full download alone (contract section 3.5), which no result of 5,000 rows needs.
  if (rows.length === 0 && (part.external_links?.length ?? 0) > 0) throw unreadable('rows by links alone');
  for (let index = 0; part.next_chunk_index != null; ) {
    if (rows.length >= maxRows) return { rows, more: true };
    if (part.next_chunk_index <= index) throw unreadable('a chunk that leads back');
    index = part.next_chunk_index;
    const next = await readChunk(connection, statement, index);
    if (!next) return { rows, more: true };
    part = next;
    rows.push(...rowsIn(part));
  }
  return { rows, more: false };
}

/** Null where this actor may read the statement only as far as Genie hands it out. */
async function readChunk({ send }: Connection, { statement_id }: WireStatement, index: number) {
  if (!/^[0-9a-f-]{32,36}$/i.test(statement_id ?? '')) return null;
  const path = `/sql/statements/${statement_id}/result/chunks/${index}`;
  return send({ method: 'GET', path, schema: chunk, what: 'rows' }).catch((error: unknown) => {
    if (['FORBIDDEN', 'NOT_FOUND'].includes(codeOf(error))) return null;
    throw error;
  });
}
