import type { CallContext, TokenFor } from '../../domain/callers.ts';
import { codeOf, type MlgraphError, notFound } from '../../domain/errors.ts';
import type { Upstream, UpstreamCall } from '../http.ts';
import { type AzureMLSettings, armVersion, scopes, workspaceId } from './places.ts';

type ErrorReading = NonNullable<UpstreamCall<unknown>['error']>;

/** One call on one plane: the path is below the workspace's, the rest as for any upstream. */
export type PlaneCall<T> = Pick<
  UpstreamCall<T>,
  'method' | 'path' | 'query' | 'json' | 'schema' | 'idempotent'
> & {
  /** Statuses that say NOT_FOUND besides 404. */
  absent?: readonly number[];
};
export type Plane = <T>(call: PlaneCall<T>) => Promise<T>;

/** The planes of the workspace as one caller sees them, for one operation. */
export type Connection = {
  settings: AzureMLSettings;
  home: string;
  call: CallContext;
  arm: Plane;
  history: Plane;
  mlflow: Plane;
  /** Token for storage; asked at call time. */
  storageToken(claims?: string): Promise<string>;
};

type Parts = {
  settings: AzureMLSettings;
  home: string;
  call: CallContext;
  token: TokenFor;
  arm: Upstream;
  /** The data plane's host is the workspace's region: known only once somebody has read the workspace. */
  data(arm: Plane): Promise<Upstream>;
};

export function openConnection({ settings, home, call, token, arm: armHost, data }: Parts): Connection {
  const tokenOf = (scope: string) => (claims?: string) => token(scope, { signal: call.signal, claims });
  const id = workspaceId(settings);
  const send = async <T>(upstream: Upstream, scope: string, prefix: string, request: PlaneCall<T>) => {
    const { absent = [], path, ...rest } = request;
    const error: ErrorReading = (status, body) =>
      absent.includes(status) ? { code: 'NOT_FOUND' } : readError(status, body);
    const sent = { ...rest, path: `${prefix}${path}`, token: tokenOf(scope), error };
    return (await upstream.call(call, sent)).body;
  };
  const arm: Plane = (request) =>
    send(armHost, scopes.arm, id, { ...request, query: { 'api-version': armVersion, ...request.query } });
  return {
    settings,
    home,
    call,
    arm,
    history: async (request) => send(await data(arm), scopes.data, `/history/v1.0${id}`, request),
    mlflow: async (request) =>
      send(await data(arm), scopes.data, `/mlflow/v2.0${id}/api/2.0/mlflow`, request),
    storageToken: tokenOf(scopes.storage),
  };
}

type Body = {
  error_code?: unknown;
  message?: unknown;
  error?: { innerError?: unknown; additionalInfo?: { type?: unknown; info?: { value?: unknown } }[] };
};

/** What the general rule does not know: missing objects told as 400, and MLflow's own form of a refusal. */
const readError: ErrorReading = (status, body) => {
  const { error_code, message, error } = (body ?? {}) as Body;
  if (status === 403) {
    const action = /action '([A-Za-z0-9.]+(?:\/[\w.*-]+)+)'/.exec(String(message ?? ''))?.[1];
    return action ? { message: `azureml refused: it needs the right to ${action}.` } : undefined;
  }
  if (status !== 400) return undefined;
  // The useful code is the inner one (contract section 2), or MLflow's.
  const info = Array.isArray(error?.additionalInfo) ? error.additionalInfo : [];
  const inner = [error?.innerError, info.find(({ type }) => type === 'InnerError')?.info?.value];
  const missing = error_code === 'RESOURCE_DOES_NOT_EXIST' || inner.some(saysNotFound);
  return missing ? { code: 'NOT_FOUND' } : undefined;
};

function saysNotFound(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, innerError } = error as { code?: unknown; innerError?: unknown };
  return code === 'NotFound' || code === 'NotFoundError' || saysNotFound(innerError);
}

/** Says in this API's words what was not found. */
export const orNotFound = <T>(answer: Promise<T>, message: string): Promise<T> =>
  answer.catch((error: unknown) => {
    throw codeOf(error) === 'NOT_FOUND' ? notFound(message, (error as MlgraphError).details) : error;
  });

export const orNull = <T>(answer: Promise<T>): Promise<T | null> =>
  answer.catch((error: unknown) => {
    if (codeOf(error) === 'NOT_FOUND') return null;
    throw error;
  });
