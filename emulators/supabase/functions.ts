import type { Reply } from '../kit/server.ts';
import type { DatabaseFunction } from './catalogue.ts';
import type { Query } from './database.ts';
import { answerHeaders, asCaller, contentRange, type Exchange } from './exchange.ts';
import { answer } from './sql/answer.ts';
import { callSource } from './sql/call.ts';
import { createBindings, identifier } from './sql/identifiers.ts';
import { readStatement } from './sql/read.ts';
import { readReply } from './tables.ts';
import { readBody } from './wire/body.ts';
import { refusal } from './wire/errors.ts';
import { parseQuery } from './wire/query-string.ts';

type Arguments = { json: string; names: ReadonlySet<string> };

/** Answers `/rest/v1/rpc/{name}`: by POST, and by GET in a transaction that only reads. */
export async function serveFunction(exchange: Exchange, name: string): Promise<Reply> {
  const overloads = exchange.catalogue.functions.get(name) ?? [];
  const args = await argumentsOf(exchange, overloads);
  const found = overloads.filter((candidate) => takes(candidate, args.names));
  if (found.length > 1)
    throw refusal(300, {
      code: 'PGRST203',
      message: `Could not choose the best candidate function between: ${found.map((one) => signature(one)).join(', ')}`,
      hint: 'Try renaming the parameters or the function itself in the database so function overloading can be resolved',
    });
  const [called] = found;
  if (!called) throw notFound(name, [...args.names]);
  return await asCaller(exchange, (run) => call(exchange, called, args, run));
}

async function argumentsOf(
  { request }: Exchange,
  overloads: readonly DatabaseFunction[],
): Promise<Arguments> {
  if (request.method === 'POST') {
    const body = await readBody(request, '{}');
    return { json: body.text, names: new Set(body.keys) };
  }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw refusal(405, { code: 'PGRST101', message: 'Only GET, HEAD, and POST verbs are allowed on RPC' });
  const known = new Set(overloads.flatMap(({ parameters }) => parameters.map(({ name }) => name)));
  const given = [...request.url.searchParams].filter(([name]) => known.has(name));
  return { json: JSON.stringify(Object.fromEntries(given)), names: new Set(given.map(([name]) => name)) };
}

const takes = ({ parameters }: DatabaseFunction, names: ReadonlySet<string>): boolean =>
  parameters.every(({ name, required }) => !required || names.has(name)) &&
  [...names].every((given) => parameters.some(({ name }) => name === given));

const signature = ({ name, parameters }: DatabaseFunction): string =>
  `public.${name}(${parameters.map((one) => `${one.name} => ${one.type}`).join(', ')})`;

function notFound(name: string, given: string[]) {
  const list = given.sort().join(', ');
  const described = given.length === 0 ? 'without parameters' : `with parameters ${list}`;
  return refusal(404, {
    code: 'PGRST202',
    message: `Could not find the function public.${name}${given.length === 0 ? ' without parameters' : `(${list})`} in the schema cache`,
    details: `Searched for the function public.${name} ${described}, but no matches were found in the schema cache.`,
  });
}

async function call(
  exchange: Exchange,
  called: DatabaseFunction,
  args: Arguments,
  run: Query,
): Promise<Reply> {
  const bindings = createBindings();
  const source = callSource(called, args, bindings);
  const from = identifier(called.name);
  if (called.returns === 'rows') {
    const { searchParams } = exchange.request.url;
    const query = parseQuery(searchParams, exchange.maxRows, args.names);
    const media = called.many ? exchange.media : { ...exchange.media, single: true };
    const statement = readStatement(query, { source, from, bindings }, exchange.preferences.count);
    return readReply({ ...exchange, media }, query, await answer(run, statement, media));
  }
  const value = called.many ? `coalesce(json_agg(${from}), '[]')` : `to_json(${from})`;
  const body = called.returns === 'void' ? 'null' : `${value}::text`;
  const rows = called.many ? 'count(*)::text' : "'1'";
  const [found] = await run(`select ${body} as body, ${rows} as rows from ${source}`, bindings.values);
  const range = contentRange(0, Number(found?.rows), null);
  if (called.returns === 'void') return { status: 204, headers: { 'content-range': range } };
  const headers = answerHeaders(exchange, range);
  return { status: 200, headers, body: Buffer.from(found?.body ?? 'null') };
}
