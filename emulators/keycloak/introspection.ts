import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { authenticateClient } from './client-authentication.ts';
import { invalidRequest, OAuthError } from './errors.ts';
import { checkDuplicates, formOf } from './form.ts';
import { inspectAccessToken } from './inspection.ts';
import type { Realm } from './realm.ts';

/**
 * `POST token/introspect` (section 8). A token is active to a client that is among its audiences, and to no other.
 * Throws OAuthError.
 */
export async function answerIntrospection(realm: Realm, request: EmulatorRequest): Promise<Reply> {
  const form = await formOf(request);
  const client = introspectingClient(realm, request, form);
  checkDuplicates(form);
  const token = form.get('token');
  if (!token) throw invalidRequest('Token not provided.');
  const bearer = inspectAccessToken(realm, token);
  const inactive = { status: 200, headers, body: { active: false } };
  if ('fault' in bearer || ![bearer.claims.aud].flat().includes(client.clientId)) return inactive;
  const about = { client_id: bearer.claims.azp, username: bearer.person.userName };
  return {
    status: 200,
    headers,
    body: { ...bearer.claims, ...about, token_type: 'Bearer', active: true },
  };
}

const headers = { 'cache-control': 'no-cache' };

/** A wrong secret has words of its own here. */
function introspectingClient(realm: Realm, request: EmulatorRequest, form: URLSearchParams) {
  try {
    const client = authenticateClient(realm, request, form);
    if (client.secret !== null) return client;
  } catch (error) {
    if (!(error instanceof OAuthError) || error.error !== 'unauthorized_client') throw error;
    throw new OAuthError(401, 'invalid_client', 'Client authentication failed.');
  }
  throw new OAuthError(403, 'invalid_request', 'Client not allowed.');
}
