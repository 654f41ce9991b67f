import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { authenticateClient } from './client-authentication.ts';
import type { Client } from './clients.ts';
import { invalidRequest, OAuthError } from './errors.ts';
import { checkDuplicates, formOf } from './form.ts';
import { inspectAccessToken } from './inspection.ts';
import type { Realm } from './realm.ts';
import { readRefreshToken } from './refresh-tokens.ts';
import { activeSession } from './session-life.ts';

/**
 * `POST revoke` (section 8): what does not hold anyway is answered with 200 and an error in the body. Throws
 * OAuthError.
 */
export async function answerRevocation(realm: Realm, request: EmulatorRequest): Promise<Reply> {
  const form = await formOf(request);
  const client = authenticateClient(realm, request, form);
  checkDuplicates(form);
  const token = form.get('token');
  if (!token) throw invalidRequest('Token not provided');
  const revoked = revokeRefreshToken(realm, client, token) ?? revokeAccessToken(realm, client, token);
  if (!revoked) throw new OAuthError(200, 'invalid_token', 'Invalid token');
  return { status: 200 };
}

/** Null: it is none. False: it does not hold. */
function revokeRefreshToken(realm: Realm, client: Client, token: string): boolean | null {
  const claims = readRefreshToken(realm, token);
  if (!claims) return null;
  checkOwner(claims.azp, client);
  const session = activeSession(realm, claims.sid);
  if (!session?.clients[client.clientId]) return false;
  delete session.clients[client.clientId];
  if (Object.keys(session.clients).length === 0) realm.sessions.end(session.id);
  realm.sessions.save();
  return true;
}

/** One that was revoked before, or has expired, is as good as revoked now. */
function revokeAccessToken(realm: Realm, client: Client, token: string): boolean {
  const bearer = inspectAccessToken(realm, token, { ended: true });
  if ('fault' in bearer) return false;
  checkOwner(bearer.claims.azp, client);
  realm.sessions.revoke(String(bearer.claims.jti));
  return true;
}

function checkOwner(owner: unknown, { clientId }: Client): void {
  if (owner !== clientId) throw invalidRequest('Unmatching clients');
}
