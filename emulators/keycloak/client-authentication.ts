import { createHash, timingSafeEqual } from 'node:crypto';
import type { EmulatorRequest } from '../kit/server.ts';
import type { Client } from './clients.ts';
import { OAuthError } from './errors.ts';
import { clientById, type Realm } from './realm.ts';

const words = 'Invalid client or Invalid client credentials';

/**
 * The client of a request: by HTTP Basic, or by `client_id` and `client_secret`; one without a secret by its
 * `client_id` alone. Throws OAuthError 401 (section 3): what RFC 6749 has as `invalid_client` for a wrong secret is
 * `unauthorized_client` here.
 */
export function authenticateClient(realm: Realm, request: EmulatorRequest, form: URLSearchParams): Client {
  const basic = basicCredentials(request.headers.authorization);
  const clientId = basic?.id ?? form.get('client_id');
  const client = clientById(realm, clientId);
  if (!client) throw new OAuthError(401, 'invalid_client', words);
  if (client.secret === null && !client.bearerOnly) return client;
  const given = basic?.secret ?? form.get('client_secret');
  if (client.secret !== null && given && isSame(given, client.secret)) return client;
  throw new OAuthError(401, 'unauthorized_client', words);
}

function basicCredentials(header: string | undefined): { id: string; secret: string } | null {
  const [, encoded] = /^Basic\s+(.+)$/i.exec(header ?? '') ?? [];
  if (!encoded) return null;
  const [id = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { id: decoded(id), secret: decoded(rest.join(':')) };
}

/** RFC 6749 has both parts form-encoded; what is not is taken as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    return part;
  }
}

export function isSame(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
