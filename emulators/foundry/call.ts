import type { Principal } from '../azure-ml/access.ts';
import { isObject } from '../azure-ml/arm/call.ts';
import type { EmulatorRequest, Reply } from '../kit/server.ts';
import type { AgentScript } from './agents/script.ts';
import { invalid } from './errors.ts';
import type { Project } from './project.ts';

/** One authorised request to the project. `params` are the names in its path. */
export type Call = {
  project: Project;
  request: EmulatorRequest;
  query: URLSearchParams;
  principal: Principal;
  params: Record<string, string>;
  /** The agent whose own endpoint is called; null on the project's. */
  endpoint: AgentScript | null;
};

export type FoundryRoute = {
  method: string;
  path: string;
  /** Below `Microsoft.CognitiveServices/accounts/AIServices/`. */
  action: string;
  handle(call: Call): Reply | Promise<Reply>;
};

export const ok = (body: unknown): Reply => ({ status: 200, body });

/** The JSON object in the body; none is an empty one. Throws 400. */
export async function jsonBody({ request }: Call): Promise<Record<string, unknown>> {
  const body = (await request.json()) ?? {};
  if (!isObject(body)) throw invalid('The body must be a JSON object.', 'body');
  return body;
}

/** Aborts when the client leaves before it is `free`d. */
export function whileConnected({ request }: Call): { signal: AbortSignal; free(): void } {
  const { socket } = request.raw;
  const left = new AbortController();
  const leave = () => left.abort();
  socket.once('close', leave);
  if (socket.destroyed) leave();
  return { signal: left.signal, free: () => socket.off('close', leave) };
}
