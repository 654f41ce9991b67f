import type { EmulatorRequest, Reply, Route } from '../kit/server.ts';
import { authorize, type Keys } from './access.ts';
import { type Catalogue, readCatalogue } from './catalogue.ts';
import type { Database } from './database.ts';
import type { Exchange } from './exchange.ts';
import { serveFunction } from './functions.ts';
import { serveTable } from './tables.ts';
import { errorReply, refusal } from './wire/errors.ts';
import { mediaOf } from './wire/media.ts';
import { parsePreferences } from './wire/preferences.ts';

export type RouteOptions = Keys & {
  /** Awaited by every request, so that the emulator may listen before it is open. */
  database: Promise<Database>;
  /** Milliseconds since 1970. */
  clock: () => number;
  maxRows: number | null;
};

const prefix = '/rest/v1';

/** The REST interface of one project. */
export function createRoutes(options: RouteOptions): Route {
  const catalogue = options.database.then(readCatalogue);
  catalogue.catch(() => undefined);
  return async (request) => {
    if (request.path !== prefix && !request.path.startsWith(`${prefix}/`)) return null;
    const access = authorize(request.headers, options, options.clock());
    checkProfile(request);
    const preferences = parsePreferences(request.headers);
    const media = mediaOf(request.headers);
    const opened = await opening(options.database, catalogue);
    if (!opened) return noDatabase();
    const exchange = { request, access, preferences, media, maxRows: options.maxRows, ...opened };
    return await dispatch(exchange, request.path.slice(prefix.length + 1));
  };
}

async function dispatch(exchange: Exchange, path: string): Promise<Reply | null> {
  if (path === '') return description(exchange.catalogue);
  const [first = '', second, ...rest] = path.split('/');
  if (second === undefined) return await serveTable(exchange, first);
  return first === 'rpc' && rest.length === 0 ? await serveFunction(exchange, second) : null;
}

const opening = (database: Promise<Database>, catalogue: Promise<Catalogue>) =>
  Promise.all([database, catalogue]).then(
    ([open, read]) => ({ database: open, catalogue: read }),
    () => null,
  );

const noDatabase = (): Reply =>
  errorReply(503, { code: 'PGRST000', message: 'Database connection error. Retrying the connection.' });

/** Throws PGRST106 for a schema other than `public`. */
function checkProfile({ method, headers }: EmulatorRequest): void {
  const reads = method === 'GET' || method === 'HEAD';
  const schema = headers[reads ? 'accept-profile' : 'content-profile'] ?? 'public';
  if (schema === 'public') return;
  throw refusal(406, {
    code: 'PGRST106',
    message: `Invalid schema: ${schema}`,
    hint: 'Only the following schemas are exposed: public',
  });
}

/** The root: what there is, in short. */
const description = ({ tables, functions }: Catalogue): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/openapi+json; charset=utf-8' },
  body: {
    swagger: '2.0',
    info: { title: 'PostgREST API', version: '14.17' },
    basePath: '/',
    paths: Object.fromEntries([
      ...[...tables.keys()].map((name) => [`/${name}`, {}]),
      ...[...functions.keys()].map((name) => [`/rpc/${name}`, {}]),
    ]),
  },
});
