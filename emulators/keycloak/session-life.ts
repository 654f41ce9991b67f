import type { Realm } from './realm.ts';
import type { Session } from './sessions.ts';

/** When a session ends unless it is used, in seconds; never for one that is offline. */
export function sessionEnd({ settings }: Realm, session: Session): number {
  if (session.offline) return Number.POSITIVE_INFINITY;
  return Math.min(
    session.usedAt + settings.ssoSessionIdleTimeout,
    session.startedAt + settings.ssoSessionMaxLifespan,
  );
}

/** Null for one that has ended. */
export function activeSession(realm: Realm, id: unknown): Session | null {
  const session = realm.sessions.find(id);
  return session && realm.now() < sessionEnd(realm, session) ? session : null;
}
