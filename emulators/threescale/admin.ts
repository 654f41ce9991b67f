import { matchPath } from '../azure-ml/arm/call.ts';
import { type EmulatorRequest, type Reply, ReplyError } from '../kit/server.ts';
import { authorize } from './access.ts';
import { inputOf } from './call.ts';
import { notFound } from './errors.ts';
import { accountRoutes } from './routes/accounts.ts';
import { applicationRoutes } from './routes/applications.ts';
import { keyRoutes } from './routes/keys.ts';
import { productRoutes } from './routes/products.ts';
import type { Tenant } from './state/tenant.ts';

const routes = [...accountRoutes, ...productRoutes, ...applicationRoutes, ...keyRoutes];

/** Answers one request to the Account Management API, in JSON. */
export async function serveAdmin(tenant: Tenant, request: EmulatorRequest): Promise<Reply> {
  try {
    return await dispatch(tenant, request);
  } catch (error) {
    if (error instanceof ReplyError) return error.reply;
    throw error;
  }
}

async function dispatch(tenant: Tenant, request: EmulatorRequest): Promise<Reply> {
  const input = await inputOf(request);
  authorize(tenant, request, input);
  const segments = jsonPathOf(request).split('/');
  for (const { method, path: pattern, handle } of routes) {
    const path = method === request.method ? matchPath(pattern, segments) : null;
    if (path) return await handle({ tenant, request, input, path });
  }
  throw notFound();
}

/** The path below the API without its suffix, which goes before `Accept`. Throws 406 for what is not JSON. */
function jsonPathOf({ path, headers }: EmulatorRequest): string {
  const below = path.replace(/^\/admin\/api\//, '').replace(/\/$/, '');
  if (below.endsWith('.json')) return below.slice(0, -'.json'.length);
  const { accept = '*/*' } = headers;
  const onlyXml = /xml/i.test(accept) && !/json|\*\/\*/i.test(accept);
  if (onlyXml || below.endsWith('.xml')) throw new ReplyError({ status: 406 });
  return below;
}
