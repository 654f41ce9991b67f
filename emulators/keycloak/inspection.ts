import { type Claims, readJwt, signatureHolds } from '../entra/jwt.ts';
import type { Person } from './people.ts';
import { clientById, personById, type Realm } from './realm.ts';
import { activeSession } from './session-life.ts';
import { serviceAccountOf } from './tokens.ts';

/** An access token that holds, with its bearer. */
export type Bearer = { claims: Claims; person: Person };

/**
 * Looks at an access token: what it says, or in the server's words why it does not hold. With `ended` it may have been
 * revoked, and may have expired.
 */
export function inspectAccessToken(
  realm: Realm,
  token: string,
  tolerated: { ended?: boolean } = {},
): Bearer | { fault: string } {
  const jwt = readJwt(token);
  const key = jwt && realm.keys.find(jwt.header.kid);
  const failed = { fault: 'Token verification failed' };
  if (!jwt || !key || jwt.header.alg !== 'RS256' || !signatureHolds(jwt, key)) return failed;
  const { claims } = jwt;
  if (claims.iss !== realm.issuer() || claims.typ !== 'Bearer') return failed;
  if (Number(claims.iat) < realm.settings.notBefore) return failed;
  const ended = Number(claims.exp) <= realm.now() || realm.sessions.isRevoked(claims.jti);
  if (ended && !tolerated.ended) return failed;
  const person = bearerOf(realm, claims);
  if (!person) return { fault: 'user_session_not_found' };
  return person.enabled ? { claims, person } : { fault: 'User disabled' };
}

/** Null when the person is gone, or the session that the token belongs to. */
function bearerOf(realm: Realm, { sub, sid, azp }: Claims): Person | null {
  if (sid !== undefined && !activeSession(realm, sid)) return null;
  const client = clientById(realm, azp);
  const own = client && serviceAccountOf(client);
  return own?.id === sub ? own : personById(realm, sub);
}
