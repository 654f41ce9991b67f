import type { Context } from '../context.ts';
import type { Caller, Scope, UserRole } from '../domain/callers.ts';
import { encodeId } from '../domain/ids.ts';

export type User = {
  id: string;
  subject: string | null;
  tenantId: string | null;
  email: string | null;
  name: string | null;
  role: UserRole;
  createdAt: Date;
  lastSeenAt: Date | null;
};
export type Viewer = {
  kind: 'USER';
  scopes: readonly Scope[];
  tenantId: string | null;
  issuer: string | null;
  expiresAt: Date | null;
  user: User | null;
};

/** The person behind the token. */
export function userOf(caller: Caller, { people }: Pick<Context, 'people'>): User {
  const { tenantId, subject, email, name, role } = caller;
  const id = encodeId({ concept: 'User', provider: 'LOCAL', home: '', key: [caller.key] });
  return { id, subject, tenantId, email, name, role, ...people.see(caller.key) };
}

/** Who asks, as the token tells. @throws UNAUTHENTICATED for nobody. */
export function viewerOf(context: Pick<Context, 'caller' | 'people'>): Viewer {
  const { kind, scopes, tenantId, issuer, expiresAt } = context.caller;
  return { kind, scopes, tenantId, issuer, expiresAt, user: userOf(context.caller, context) };
}
