import type { Claims } from '../../entra/jwt.ts';
import type { Client } from '../clients.ts';
import { invalidGrant, invalidRequest } from '../errors.ts';
import { personById, type Realm } from '../realm.ts';
import { readRefreshToken } from '../refresh-tokens.ts';
import { narrowed } from '../scopes.ts';
import { activeSession } from '../session-life.ts';
import type { ClientSession, Session } from '../sessions.ts';
import { tokenAnswer } from '../tokens.ts';

/** Section 4.2. */
export function refresh(realm: Realm, client: Client, form: URLSearchParams) {
  const token = form.get('refresh_token');
  if (!token) throw invalidRequest('No refresh token');
  const claims = checkedClaims(realm, client, token);
  const { session, person } = sessionOf(realm, claims);
  const own = session.clients[client.clientId];
  if (!own) throw invalidGrant("Session doesn't have required client");
  const scope = narrowed(own.scope, form.get('scope'));
  if (realm.settings.revokeRefreshToken) useOnce(realm, claims, { session, own, clientId: client.clientId });
  session.usedAt = realm.now();
  realm.sessions.save();
  return tokenAnswer(realm, { client, person, session, scope, refreshable: own.scope, by: 'rt' });
}

/** The claims of a refresh token of this client that is in time. Throws OAuthError. */
export function checkedClaims(realm: Realm, client: Client, token: string): Claims {
  const claims = readRefreshToken(realm, token);
  if (!claims) throw invalidGrant('Invalid refresh token');
  if (claims.exp !== undefined && Number(claims.exp) <= realm.now())
    throw invalidGrant('Token is not active');
  if (Number(claims.iat) < realm.settings.notBefore) throw invalidGrant('Stale token');
  if (claims.azp !== client.clientId)
    throw invalidGrant("Invalid refresh token. Token client and authorized client don't match");
  return claims;
}

function sessionOf(realm: Realm, { sid, sub }: Claims) {
  const session = activeSession(realm, sid);
  const person = personById(realm, sub);
  if (!session || !person) throw invalidGrant('Session not active');
  if (!person.enabled) throw invalidGrant('User disabled');
  return { session, person };
}

type Use = { session: Session; own: ClientSession; clientId: string };

/** Rotation: a token that comes again takes the client out of the session, so that nobody goes on with it. */
function useOnce(realm: Realm, { jti, iat }: Claims, { session, own, clientId }: Use): void {
  const refusal = countUse(realm, own, { id: String(jti), issuedAt: Number(iat) });
  if (refusal === null) return;
  delete session.clients[clientId];
  realm.sessions.save();
  throw invalidGrant(refusal);
}

function countUse(realm: Realm, own: ClientSession, token: { id: string; issuedAt: number }): string | null {
  const last = own.refresh;
  if (last?.id === token.id) {
    last.uses += 1;
    const reused = last.uses - 1 > realm.settings.refreshTokenMaxReuse;
    return reused ? 'Maximum allowed refresh token reuse exceeded' : null;
  }
  if (last && token.issuedAt < last.at) return 'Stale token';
  own.refresh = { id: token.id, uses: 1, at: realm.now() };
  return null;
}
