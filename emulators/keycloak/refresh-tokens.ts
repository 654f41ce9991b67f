import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { type Claims, readJwt } from '../entra/jwt.ts';
import type { Realm } from './realm.ts';
import { fullScope } from './scopes.ts';
import { sessionEnd } from './session-life.ts';
import type { Session } from './sessions.ts';
import type { Grant } from './tokens.ts';

/** A token that only this server reads, by HS512. */
export function refreshToken(
  realm: Realm,
  { client, person, session, scope, refreshable }: Grant & { session: Session },
) {
  const claims = {
    exp: session.offline ? undefined : sessionEnd(realm, session),
    iat: realm.now(),
    jti: randomUUID(),
    iss: realm.issuer(),
    aud: realm.issuer(),
    sub: person.id,
    typ: session.offline ? 'Offline' : 'Refresh',
    azp: client.clientId,
    sid: session.id,
    scope: fullScope(refreshable ?? scope),
  };
  const { kid, key } = realm.keys.secret;
  const [header, body] = [{ alg: 'HS512', typ: 'JWT', kid }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const signed = `${header}.${body}`;
  return `${signed}.${createHmac('sha512', key).update(signed).digest('base64url')}`;
}

/** The claims of a refresh token that this realm made, whatever its time; null for anything else. */
export function readRefreshToken(realm: Realm, token: string): Claims | null {
  const jwt = readJwt(token);
  if (jwt?.header.alg !== 'HS512') return null;
  const expected = createHmac('sha512', realm.keys.secret.key).update(jwt.signed).digest();
  if (jwt.signature.length !== expected.length || !timingSafeEqual(jwt.signature, expected)) return null;
  return jwt.claims.iss === realm.issuer() ? jwt.claims : null;
}
