import { randomUUID } from 'node:crypto';
import { TokenRefused } from '../../entra/index.ts';
import { type EmulatorRequest, type Reply, ReplyError } from '../../kit/server.ts';
import { audiences, authenticate, type Principal } from '../access.ts';
import { matchPath } from '../arm/call.ts';
import { forbiddenMessage } from '../arm/errors.ts';
import { discovery } from '../arm/workspaces.ts';
import { historyRoutes } from '../history/routes.ts';
import { fullMetric, listMetrics } from '../metric/metrics.ts';
import { mlflowForbidden, mlflowMissing, mlflowNoEndpoint, mlflowUnauthorized } from '../mlflow/errors.ts';
import { mlflowRoutes } from '../mlflow/routes.ts';
import type { Platform } from '../state/platform.ts';
import type { PlaneRoute } from './call.ts';
import { planeForbidden, planeMissing, planeReply, planeUnauthorized } from './errors.ts';

const metricRoutes: readonly PlaneRoute[] = [
  { method: 'POST', path: 'runs/:run/list', action: 'metrics/read', handle: listMetrics },
  { method: 'POST', path: 'runs/:run/full', action: 'metrics/read', handle: fullMetric },
];

/** The routes of each plane, and how it words its refusals. */
const planes: Record<string, { routes: readonly PlaneRoute[]; refusals: Refusals }> = {
  history: { routes: historyRoutes, refusals: planeRefusals() },
  artifact: {
    routes: historyRoutes.filter(({ path }) => path.includes('/artifacts')),
    refusals: planeRefusals(),
  },
  metric: { routes: metricRoutes, refusals: planeRefusals() },
  mlflow: {
    routes: mlflowRoutes,
    refusals: {
      unauthorized: (_platform, message) => mlflowUnauthorized(message),
      forbidden: (_platform, message) => mlflowForbidden(message),
      missing: (_platform, message) => mlflowMissing(message),
      noEndpoint: (_platform, message) => mlflowNoEndpoint(message),
    },
  },
};

type Refusal = (platform: Platform, message: string) => ReplyError;
type Refusals = { unauthorized: Refusal; forbidden: Refusal; missing: Refusal; noEndpoint: Refusal };

function planeRefusals(): Refusals {
  return {
    unauthorized: ({ workspace }, message) => planeUnauthorized(workspace, message),
    forbidden: ({ workspace }, message) => planeForbidden(workspace, message),
    missing: ({ workspace }, message) => planeMissing(workspace, message),
    noEndpoint: ({ workspace }, message) => planeMissing(workspace, message),
  };
}

/** Answers one request to the data plane of the workspace: run history, artifacts, metrics, MLflow. */
export async function serveDataPlane(platform: Platform, request: EmulatorRequest): Promise<Reply> {
  const reply = await attempt(platform, request);
  const id = randomUUID();
  const headers: Record<string, string> = { 'x-ms-request-id': id, 'x-request-time': '0.010' };
  const client = request.headers['x-ms-client-request-id'];
  if (typeof client === 'string') headers['x-ms-client-request-id'] = client;
  return { ...reply, headers: { ...headers, ...reply.headers } };
}

const faultCode = (status: number): string => {
  if (status === 429) return 'RequestThrottled';
  return status < 500 ? 'UserError' : 'ServiceError';
};

/** The data plane's own form of the status a fault asks for. */
export const dataPlaneFault = (status: number): Reply =>
  planeReply(
    { location: 'local' },
    {
      status,
      code: faultCode(status),
      message: `The emulator answered ${status}.`,
      inner: [],
    },
  );

async function attempt(platform: Platform, request: EmulatorRequest): Promise<Reply> {
  if (request.path === '/discovery') return { status: 200, body: discovery(platform.workspace) };
  try {
    return await dispatch(platform, request);
  } catch (error) {
    if (error instanceof ReplyError) return error.reply;
    throw error;
  }
}

const target =
  /^\/(history|artifact|metric|mlflow)\/v[12]\.0(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.MachineLearningServices\/workspaces\/[^/]+)\/(.+?)\/?$/i;

async function dispatch(platform: Platform, request: EmulatorRequest): Promise<Reply> {
  const [, name = '', workspaceId = '', rest = ''] = target.exec(request.path) ?? [];
  const plane = planes[name.toLowerCase()] ?? planes.history;
  if (!plane) throw new Error('the history plane is missing');
  const { routes, refusals } = plane;
  const principal = identify(platform, request, refusals);
  const segments = rest.split('/');
  const found = routes.flatMap((route) => {
    const params = route.method === request.method ? matchPath(route.path, segments) : null;
    return params ? [{ route, params }] : [];
  })[0];
  if (!found) throw refusals.noEndpoint(platform, `No resource was found that matches ${request.path}.`);
  const action = `Microsoft.MachineLearningServices/workspaces/${found.route.action}`;
  if (!principal.mayUse) throw refusals.forbidden(platform, forbiddenMessage(principal, action, workspaceId));
  if (workspaceId.toLowerCase() !== platform.workspace.id.toLowerCase())
    throw refusals.missing(platform, 'The workspace was not found.');
  const call = { platform, request, query: request.url.searchParams, principal, params: found.params };
  return await found.route.handle(call);
}

function identify(platform: Platform, request: EmulatorRequest, refusals: Refusals): Principal {
  try {
    return authenticate(platform.authority, request, audiences.azureml);
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    const { reply } = refusals.unauthorized(platform, error.message);
    throw new ReplyError({ ...reply, headers: { 'www-authenticate': error.wwwAuthenticate } });
  }
}
