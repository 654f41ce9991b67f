import { type EmulatorRequest, type Reply, ReplyError } from '../kit/server.ts';
import { type ChapkitRoute, paramsOf, type Service } from './call.ts';
import { artifactRoutes } from './routes/artifacts.ts';
import { configRoutes } from './routes/configs.ts';
import { describeRoutes } from './routes/describe.ts';
import { jobRoutes } from './routes/jobs.ts';
import { mlRoutes } from './routes/ml.ts';
import { plain, unauthorized } from './wire/errors.ts';
import { newUlid } from './wire/ulid.ts';

const routes: ChapkitRoute[] = [
  ...describeRoutes,
  ...configRoutes,
  ...artifactRoutes,
  ...jobRoutes,
  ...mlRoutes,
];

/** Exactly these. */
const publicPaths = new Set(['/docs', '/redoc', '/openapi.json', '/health', '/']);

/** Answers one request; whoever has no key learns nothing, not even what there is. */
export async function serve(service: Service, request: EmulatorRequest): Promise<Reply> {
  const refused = publicPaths.has(request.path) ? null : refusedKey(service, request);
  if (refused) return refused;
  const reply = await attempt(service, request);
  return { ...reply, headers: { ...reply.headers, 'x-request-id': newUlid() } };
}

function refusedKey({ keys }: Service, request: EmulatorRequest): Reply | null {
  const key = keyOf(request);
  if (key === '') return unauthorized('Missing authentication header: X-API-Key', request.path);
  return keys.has(key) ? null : unauthorized('Invalid API key', request.path);
}

export const keyOf = ({ headers }: EmulatorRequest): string => String(headers['x-api-key'] ?? '').trim();

async function attempt(service: Service, request: EmulatorRequest): Promise<Reply> {
  try {
    return await dispatch(service, request);
  } catch (error) {
    if (error instanceof ReplyError) return error.reply;
    throw error;
  }
}

/** What no route knows goes to the console's files, which can only be read. */
async function dispatch(service: Service, request: EmulatorRequest): Promise<Reply> {
  for (const { method, path, handle } of routes) {
    const params = method === request.method ? paramsOf(path, request.path) : null;
    if (params) return await handle({ service, request, query: request.url.searchParams, params });
  }
  if (request.method === 'GET' || request.method === 'HEAD') return plain(404, 'Not Found');
  const reply = plain(405, 'Method Not Allowed');
  return { ...reply, headers: { ...reply.headers, allow: 'GET, HEAD' } };
}
