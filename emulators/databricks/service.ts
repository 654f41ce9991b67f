import { randomUUID } from 'node:crypto';
import type { TokenAuthority } from '../azure-ml/access.ts';
import { matchPath } from '../azure-ml/arm/call.ts';
import { type EmulatorRequest, type Reply, ReplyError } from '../kit/server.ts';
import { identify } from './access.ts';
import { linkedRows } from './conversations/downloads.ts';
import { conversationRoutes } from './conversations/routes.ts';
import { oidc } from './directory/oidc.ts';
import { permissionRoutes } from './directory/permissions.ts';
import { scimRoutes } from './directory/scim.ts';
import { refusal } from './errors.ts';
import { spaceRoutes } from './spaces/routes.ts';
import type { Workspace } from './workspace.ts';

const routes = [...spaceRoutes, ...conversationRoutes, ...scimRoutes, ...permissionRoutes];

/** Answers one request to the workspace. */
export async function serveWorkspace(
  workspace: Workspace,
  authority: TokenAuthority,
  request: EmulatorRequest,
): Promise<Reply> {
  const reply = await attempt(workspace, authority, request);
  return { ...reply, headers: { 'x-request-id': randomUUID(), ...reply.headers } };
}

async function attempt(
  workspace: Workspace,
  authority: TokenAuthority,
  request: EmulatorRequest,
): Promise<Reply> {
  try {
    return (await withoutToken(workspace, request)) ?? (await dispatch(workspace, authority, request));
  } catch (error) {
    if (error instanceof ReplyError) return error.reply;
    throw error;
  }
}

const withoutToken = async (workspace: Workspace, request: EmulatorRequest): Promise<Reply | null> =>
  (await oidc(workspace, request)) ?? (await linkedRows(workspace, request));

async function dispatch(
  workspace: Workspace,
  authority: TokenAuthority,
  request: EmulatorRequest,
): Promise<Reply> {
  const member = identify(workspace, authority, request);
  const [, rest = ''] = /^\/api\/2\.0\/(.+?)\/?$/.exec(request.path) ?? [];
  const segments = rest.split('/');
  for (const route of routes) {
    const params = route.method === request.method ? matchPath(route.path, segments) : null;
    if (params)
      return await route.handle({ workspace, request, query: request.url.searchParams, member, params });
  }
  throw refusal(404, 'ENDPOINT_NOT_FOUND', `No API found for '${request.method} ${request.path}'`);
}
