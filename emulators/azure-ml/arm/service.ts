import { randomUUID } from 'node:crypto';
import { TokenRefused } from '../../entra/index.ts';
import { type EmulatorRequest, type Reply, ReplyError } from '../../kit/server.ts';
import { audiences, authenticate, type Principal } from '../access.ts';
import type { Platform } from '../state/platform.ts';
import { authorizationPlace, serveAuthorization } from './authorization/service.ts';
import { type ArmRoute, matchPath } from './call.ts';
import { armRefusal, forbidden, unauthorized } from './errors.ts';
import { operationResult } from './operations.ts';
import { workspaceRoutes } from './routes.ts';
import { getWorkspace, listWorkspaces } from './workspaces.ts';

const provider = 'providers/Microsoft.MachineLearningServices';
const read = 'workspaces/read';

/** Everything that is not below the workspace. */
const outerRoutes: readonly ArmRoute[] = [
  {
    method: 'GET',
    path: `subscriptions/:subscription/${provider}/workspaces`,
    action: read,
    handle: listWorkspaces,
  },
  {
    method: 'GET',
    path: `subscriptions/:subscription/resourceGroups/:group/${provider}/workspaces`,
    action: read,
    handle: listWorkspaces,
  },
  {
    method: 'GET',
    path: `subscriptions/:subscription/resourceGroups/:group/${provider}/workspaces/:workspace`,
    action: read,
    handle: getWorkspace,
  },
  {
    method: 'GET',
    path: `subscriptions/:subscription/${provider}/locations/:location/mfeOperationResults/:operation`,
    action: 'locations/mfeOperationResults/read',
    handle: operationResult,
  },
];
const workspacePath = `subscriptions/:subscription/resourceGroups/:group/${provider}/workspaces/:workspace`;
const routes = [
  ...outerRoutes,
  ...workspaceRoutes.map((route) => ({ ...route, path: `${workspacePath}/${route.path}` })),
];

/** Answers one request to Resource Manager. */
export async function serveArm(platform: Platform, request: EmulatorRequest): Promise<Reply> {
  const reply = await attempt(platform, request);
  return { ...reply, headers: { ...responseHeaders(platform, request, reply.status), ...reply.headers } };
}

async function attempt(platform: Platform, request: EmulatorRequest): Promise<Reply> {
  try {
    const principal = identify(platform, request);
    checkApiVersion(request);
    return await dispatch(platform, request, principal);
  } catch (error) {
    if (error instanceof ReplyError) return error.reply;
    throw error;
  }
}

function identify({ authority }: Platform, request: EmulatorRequest): Principal {
  try {
    return authenticate(authority, request, audiences.arm);
  } catch (error) {
    if (error instanceof TokenRefused) throw unauthorized(error);
    throw error;
  }
}

function checkApiVersion({ url }: EmulatorRequest): void {
  const version = url.searchParams.get('api-version');
  if (!version)
    throw armRefusal(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  if (!/^20\d\d-\d\d-\d\d(-preview|-privatepreview)?$/.test(version))
    throw armRefusal(400, 'InvalidApiVersionParameter', `The api-version '${version}' is invalid.`);
}

async function dispatch(platform: Platform, request: EmulatorRequest, principal: Principal): Promise<Reply> {
  const segments = request.path.split('/').filter((segment) => segment !== '');
  const place = authorizationPlace(segments);
  if (place) {
    checkPlace(platform, placeNames(segments));
    return serveAuthorization({ platform, request, principal, place });
  }
  const fitting = routes.flatMap((route) => {
    const params = matchPath(route.path, segments);
    return params ? [{ route, params }] : [];
  });
  const found = fitting.find(({ route }) => route.method === request.method);
  if (!found) throw noRoute(request, fitting.length > 0);
  const { route, params } = found;
  if (!principal.mayUse)
    throw forbidden(principal, `Microsoft.MachineLearningServices/${route.action}`, scopeOf(segments));
  checkPlace(platform, params);
  return await route.handle({ platform, request, query: request.url.searchParams, principal, params });
}

/** Subscription, group and workspace, as far as a path names them. */
function placeNames(segments: string[]): Record<string, string> {
  const lower = segments.map((segment) => segment.toLowerCase());
  const named = { subscription: 'subscriptions', group: 'resourcegroups', workspace: 'workspaces' };
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, segment]) => {
      const value = segments[lower.indexOf(segment) + 1];
      return lower.includes(segment) && value !== undefined ? [[name, value]] : [];
    }),
  );
}

/** The resource that an action is about: the path, without the action's own segment. */
const scopeOf = (segments: string[]): string =>
  `/${segments.slice(0, segments.length - (segments.length % 2)).join('/')}`;

const noRoute = (request: EmulatorRequest, otherMethod: boolean) =>
  otherMethod
    ? armRefusal(
        405,
        'HttpMethodNotSupported',
        `The method ${request.method} is not supported for this resource.`,
      )
    : armRefusal(404, 'InvalidResourceType', 'The resource type could not be found for this api version.');

/** Throws 404 for a subscription, group or workspace that is not the emulated one. */
function checkPlace(
  { workspace }: Platform,
  { subscription, group, workspace: name }: Record<string, string>,
): void {
  const differs = (wanted: string | undefined, known: string) =>
    wanted !== undefined && wanted.toLowerCase() !== known.toLowerCase();
  if (differs(subscription, workspace.subscriptionId))
    throw armRefusal(404, 'SubscriptionNotFound', `The subscription '${subscription}' could not be found.`);
  if (differs(group, workspace.resourceGroup))
    throw armRefusal(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
  if (differs(name, workspace.workspace))
    throw armRefusal(
      404,
      'ResourceNotFound',
      `The Resource 'Microsoft.MachineLearningServices/workspaces/${name}' under resource group '${group}' was not found.`,
    );
}

function responseHeaders({ workspace, now }: Platform, request: EmulatorRequest, status: number) {
  const id = randomUUID();
  const stamp = `${new Date(now()).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const kind = { GET: 'reads', DELETE: 'deletes' }[request.method] ?? 'writes';
  const asked = request.headers['x-ms-return-client-request-id'] === 'true';
  const client = asked ? request.headers['x-ms-client-request-id'] : undefined;
  return {
    'x-ms-request-id': id,
    'x-ms-correlation-request-id': id,
    'x-ms-routing-request-id': `${workspace.location.toUpperCase()}:${stamp}:${id}`,
    [`x-ms-ratelimit-remaining-subscription-${kind}`]: '249',
    [`x-ms-ratelimit-remaining-subscription-global-${kind}`]: '3749',
    'x-aml-cluster': `vienna-${workspace.location}-local`,
    'x-request-time': '0.010',
    'x-ms-response-type': status < 400 ? 'standard' : 'error',
    ...(typeof client === 'string' ? { 'x-ms-client-request-id': client } : {}),
  };
}
