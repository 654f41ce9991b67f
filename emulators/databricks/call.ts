import { isObject } from '../azure-ml/arm/call.ts';
import type { EmulatorRequest, Reply } from '../kit/server.ts';
import type { Member } from './directory/members.ts';
import { invalid } from './errors.ts';
import type { Workspace } from './workspace.ts';

/** One authorised request to the workspace. `params` are the names in its path. */
export type Call = {
  workspace: Workspace;
  request: EmulatorRequest;
  query: URLSearchParams;
  member: Member;
  params: Record<string, string>;
};

export type Route = { method: string; path: string; handle(call: Call): Reply | Promise<Reply> };

export const ok = (body: unknown): Reply => ({ status: 200, body });

/** The JSON object in the body; none is an empty one. Throws 400. */
export async function jsonBody({ request }: Call): Promise<Record<string, unknown>> {
  const body = (await request.json()) ?? {};
  if (!isObject(body)) throw invalid('The request body must be a JSON object.');
  return body;
}
