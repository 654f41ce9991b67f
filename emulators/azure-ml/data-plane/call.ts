import type { EmulatorRequest, Reply } from '../../kit/server.ts';
import type { Principal } from '../access.ts';
import type { Platform } from '../state/platform.ts';
import type { RunRecord } from '../state/runs.ts';
import { planeBadRequest, planeMissing } from './errors.ts';

/** One authorised request to a plane of the workspace. `params` are the names in its path. */
export type PlaneCall = {
  platform: Platform;
  request: EmulatorRequest;
  query: URLSearchParams;
  principal: Principal;
  params: Record<string, string>;
};
export type PlaneRoute = {
  method: string;
  path: string;
  /** Below `Microsoft.MachineLearningServices/workspaces/`. */
  action: string;
  handle(call: PlaneCall): Reply | Promise<Reply>;
};

/** The run in the path, if it is one of the experiment that the path names too; `_` is any. Throws 404. */
export function runOf({ platform, params }: PlaneCall): RunRecord {
  const run = platform.runs.get(String(params.run));
  const experiment = params.experiment;
  const record = run && platform.runs.experiments.get(run.experiment);
  const fits = !experiment || ['_', record?.name, record?.experimentId].includes(experiment);
  if (!run || !fits) throw planeMissing(platform.workspace, `Run ${params.run} was not found.`);
  return run;
}

/** The JSON object in the body; none is an empty one. Throws 400. */
export async function jsonBody({ request, platform }: PlaneCall): Promise<Record<string, unknown>> {
  const body = (await request.json()) ?? {};
  if (typeof body !== 'object' || Array.isArray(body))
    throw planeBadRequest(platform.workspace, 'The body must be a JSON object.');
  return body as Record<string, unknown>;
}

/** A page of a list, by an offset that travels in an opaque token. */
export function slicePage<T>(items: T[], token: unknown, size: number): { page: T[]; next: string | null } {
  const start = typeof token === 'string' && token !== '' ? offsetOf(token) : 0;
  const end = start + size;
  const next = end < items.length ? Buffer.from(`after:${end}`).toString('base64url') : null;
  return { page: items.slice(start, end), next };
}

function offsetOf(token: string): number {
  const [, offset] = /^after:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8')) ?? [];
  return offset === undefined ? Number.MAX_SAFE_INTEGER : Number(offset);
}
