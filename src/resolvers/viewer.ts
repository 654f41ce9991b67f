import type { Context } from '../context.ts';
import { type Caller, type Scope, scopes } from '../domain/callers.ts';
import { forbidden } from '../domain/errors.ts';
import type { StoredUser } from '../domain/users.ts';

export type User = StoredUser;
export type Viewer = Pick<Caller, 'kind' | 'tenantId' | 'issuer' | 'expiresAt'>;

type Ask = Pick<Context, 'signedIn' | 'people'>;

/** Who asks, as the token tells. @throws UNAUTHENTICATED for nobody. */
export const viewerOf = ({ signedIn }: Pick<Context, 'signedIn'>): Viewer => signedIn.caller;

/** The person behind the token, as the gateway remembers them; null for a service. */
export const userOf = async ({ signedIn, people }: Ask): Promise<User | null> =>
  signedIn.caller.kind === 'SERVICE' ? null : people.user(signedIn);

/** What the caller may do: as the credential says, and all for an administrator by the stored role. */
export async function scopesOf(context: Ask): Promise<Scope[]> {
  const { kind, scopes: own } = context.signedIn.caller;
  if (kind === 'SERVICE') return [...own];
  return [...((await isAdministrator(context).catch(() => false)) ? scopes : own)];
}

/**
 * Passes whom the credential itself gives the scope at once, and asks only for a person's stored role.
 * @throws FORBIDDEN naming the scope, UNAUTHENTICATED for nobody.
 */
export function assertScope(scope: Scope, context: Ask): void | Promise<void> {
  const { kind, scopes: own } = context.signedIn.caller;
  if (own.includes(scope)) return;
  if (kind === 'SERVICE') throw lacking(scope);
  return isAdministrator(context).then((all) => {
    if (!all) throw lacking(scope);
  });
}

const lacking = (scope: Scope) =>
  forbidden(`This needs the scope ${scope}${scope === 'ADMIN' ? ', which administrators have' : ''}.`);

/** @throws FORBIDDEN for a caller who is no administrator, neither by app role nor as stored. */
export async function assertAdministrator(context: Ask): Promise<void> {
  if (!(await isAdministrator(context))) throw forbidden('Only administrators may read this.');
}

/** A service is one by the scope of its key alone; it has no row, whose role could say otherwise. */
async function isAdministrator({ signedIn, people }: Ask): Promise<boolean> {
  const { kind, role, scopes: own } = signedIn.caller;
  if (kind === 'SERVICE') return own.includes('ADMIN');
  return role === 'ADMIN' || (await people.user(signedIn)).role === 'ADMIN';
}
