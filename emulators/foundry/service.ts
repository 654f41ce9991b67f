import { randomUUID } from 'node:crypto';
import { authenticate, type Principal } from '../azure-ml/access.ts';
import { matchPath } from '../azure-ml/arm/call.ts';
import { TokenRefused } from '../entra/index.ts';
import { type EmulatorRequest, type Reply, ReplyError } from '../kit/server.ts';
import { agentNamed } from './agents/catalogue.ts';
import { agentRoutes } from './agents/routes.ts';
import type { AgentScript } from './agents/script.ts';
import type { FoundryRoute } from './call.ts';
import { conversationRoutes } from './conversations/routes.ts';
import { invalid, notFound, refusal } from './errors.ts';
import type { Project } from './project.ts';
import { responseRoutes } from './responses/routes.ts';

const audience = 'https://ai.azure.com';
const openaiRoutes = [...conversationRoutes, ...responseRoutes];

/** Answers one request to the project. */
export async function serveProject(project: Project, request: EmulatorRequest): Promise<Reply> {
  const reply = await attempt(project, request);
  const id = randomUUID();
  return { ...reply, headers: { 'x-request-id': id, 'apim-request-id': id, ...reply.headers } };
}

async function attempt(project: Project, request: EmulatorRequest): Promise<Reply> {
  try {
    return await dispatch(project, request);
  } catch (error) {
    if (error instanceof ReplyError) return error.reply;
    throw error;
  }
}

async function dispatch(project: Project, request: EmulatorRequest): Promise<Reply> {
  const principal = identify(project, request);
  const [, name, rest = ''] = /^\/api\/projects\/([^/]+)\/(.+?)\/?$/.exec(request.path) ?? [];
  const query = request.url.searchParams;
  const area = areaOf(rest, query);
  const segments = area.path.split('/');
  for (const route of area.routes) {
    const params = route.method === request.method ? matchPath(route.path, segments) : null;
    if (!params) continue;
    if (!principal.mayUse) throw forbidden(principal, route, request);
    if (name !== project.name) throw notFound(`Project '${name}'`);
    const endpoint = area.agent === null ? null : agentOf(area.agent);
    return await route.handle({ project, request, query, principal, params, endpoint });
  }
  throw notFound(`The resource ${request.method} ${request.path}`);
}

type Area = { path: string; routes: readonly FoundryRoute[]; agent: string | null };

/** The project's OpenAI routes, those of one agent, or the agents themselves; the last two want a version. */
function areaOf(rest: string, query: URLSearchParams): Area {
  const onProject = /^openai\/v1\/(.+)$/.exec(rest);
  if (onProject) return { path: String(onProject[1]), routes: openaiRoutes, agent: null };
  checkVersion(query);
  const ofAgent = /^agents\/([^/]+)\/endpoint\/protocols\/openai\/(.+)$/.exec(rest);
  if (ofAgent) return { path: String(ofAgent[2]), routes: openaiRoutes, agent: String(ofAgent[1]) };
  return { path: rest, routes: agentRoutes, agent: null };
}

function checkVersion(query: URLSearchParams): void {
  const version = query.get('api-version');
  if (version === null) throw invalid('The api-version query parameter is required.', 'api-version');
  if (version !== 'v1') throw invalid(`The API version '${version}' is not supported.`, 'api-version');
}

function agentOf(name: string): AgentScript {
  const found = agentNamed(name);
  if (!found) throw notFound(`Agent '${name}'`);
  return found;
}

/** Throws 401 for anything but a token for this service. */
function identify(project: Project, request: EmulatorRequest): Principal {
  try {
    return authenticate(project.authority, request, [audience]);
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    const wrong = error.code === 'InvalidAuthenticationTokenAudience';
    const message = wrong ? `audience is incorrect (${audience})` : error.message;
    throw refusal(401, 'unauthorized', message, { headers: { 'www-authenticate': error.wwwAuthenticate } });
  }
}

const forbidden = (principal: Principal, route: FoundryRoute, request: EmulatorRequest) =>
  refusal(
    403,
    'PermissionDenied',
    `The principal \`${principal.objectId}\` lacks the required data action \`Microsoft.CognitiveServices/accounts/AIServices/${route.action}\` to perform \`${request.method} ${route.path}\` operation.`,
  );
