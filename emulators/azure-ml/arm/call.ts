import type { EmulatorRequest, Reply } from '../../kit/server.ts';
import type { Principal } from '../access.ts';
import type { Platform } from '../state/platform.ts';
import type { Creator } from '../state/runs.ts';
import { badRequest } from './errors.ts';

/** One authorised request for something of the workspace. `params` are the names in its path. */
export type ArmCall = {
  platform: Platform;
  request: EmulatorRequest;
  query: URLSearchParams;
  principal: Principal;
  params: Record<string, string>;
};
export type ArmHandler = (call: ArmCall) => Reply | Promise<Reply>;
/** `action`: what the caller must be allowed, below `Microsoft.MachineLearningServices/`. */
export type ArmRoute = { method: string; path: string; action: string; handle: ArmHandler };

/** The names in a path, if it has the pattern's form: fixed segments in any case, `:name` for a name. */
export function matchPath(pattern: string, segments: string[]): Record<string, string> | null {
  const parts = pattern.split('/');
  if (parts.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = segment;
    else if (part.toLowerCase() !== segment.toLowerCase()) return null;
  }
  return params;
}

export const creatorOf = ({ name, objectId, tenantId, clientName, kind }: Principal): Creator => ({
  name,
  objectId,
  tenantId,
  clientName,
  kind,
});

/** The `properties` of a body. Throws 400 where there are none. */
export async function bodyProperties(request: EmulatorRequest): Promise<Record<string, unknown>> {
  const body = await request.json();
  const properties = isObject(body) ? body.properties : undefined;
  if (!isObject(properties)) throw badRequest('The request body must have a "properties" object.');
  return properties;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A map of texts such as tags; anything else in it is a 400. */
export function textMap(value: unknown, field: string): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isObject(value) || Object.values(value).some((item) => item !== null && typeof item !== 'string'))
    throw badRequest(`The field ${field} must be a map of strings.`);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, String(item ?? '')]));
}

export const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
