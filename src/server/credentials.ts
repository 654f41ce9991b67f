import type { IncomingHttpHeaders } from 'node:http';
import { MlgraphError, unauthenticated } from '../domain/errors.ts';
import { httpError } from './http-errors.ts';
import type { Authenticated, Credentials, ServerRuntime } from './runtime.ts';

/** Who sends a request. @throws as `authenticate`; 400 for two credentials at once. */
export async function authenticateRequest(
  headers: IncomingHttpHeaders,
  { authenticate }: Pick<ServerRuntime, 'authenticate'>,
): Promise<Authenticated | null> {
  const key = headers['x-api-key'];
  try {
    return await authenticate({
      authorization: headers.authorization,
      apiKey: Array.isArray(key) ? key.join(', ') : key,
    });
  } catch (error) {
    // Refused before GraphQL looks at it, so its status is no matter of GraphQL's.
    const ambiguous = error instanceof MlgraphError && error.code === 'BAD_USER_INPUT';
    throw ambiguous ? httpError(400, error.message) : error;
  }
}

/**
 * The credentials in the payload of a socket's message: `authorization` or `x-api-key`, in any case, as clients write
 * headers. @throws UNAUTHENTICATED for what is no text, BAD_USER_INPUT for one that is there twice.
 */
export function credentialsIn(payload: unknown): Credentials {
  const authorization = memberOf(payload, 'authorization');
  const key = memberOf(payload, 'x-api-key');
  if (authorization !== undefined && typeof authorization !== 'string')
    throw unauthenticated('`authorization` must be "Bearer" and a token.');
  if (key !== undefined && typeof key !== 'string') throw unauthenticated('`x-api-key` must be a key.');
  return { authorization, apiKey: key };
}

/** Of two that differ in their case it would be chance which one counts. */
function memberOf(payload: unknown, wanted: string): unknown {
  const members = Object.entries((payload ?? {}) as object);
  const [found, ...more] = members.filter(([name, value]) => name.toLowerCase() === wanted && value != null);
  if (more.length > 0) throw new MlgraphError('BAD_USER_INPUT', `Send \`${wanted}\` once: who is asking?`);
  return found?.[1];
}

/** Whether a message brings a credential at all. */
export const isCredential = ({ authorization, apiKey }: Credentials): boolean =>
  authorization !== undefined || apiKey !== undefined;
