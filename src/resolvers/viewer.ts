import type { Context } from '../context.ts';
import { type Caller, type Scope, scopes } from '../domain/callers.ts';
import { forbidden } from '../domain/errors.ts';
import type { StoredUser } from '../domain/users.ts';

export type User = StoredUser;
export type Viewer = Pick<Caller, 'kind' | 'tenantId' | 'issuer' | 'expiresAt'>;

type Ask = Pick<Context, 'signedIn' | 'people'>;

/** Who asks, as the token tells. @throws UNAUTHENTICATED for nobody. */
export const viewerOf = ({ signedIn }: Pick<Context, 'signedIn'>): Viewer => signedIn.caller;

/** The person behind the token, as the gateway remembers them. */
export const userOf = ({ signedIn, people }: Ask): Promise<User> => people.user(signedIn);

/** What the caller may do: as the token says, and all for an administrator by the stored role. */
export async function scopesOf(context: Ask): Promise<Scope[]> {
  const own = context.signedIn.caller.scopes;
  return [...((await isAdministrator(context).catch(() => false)) ? scopes : own)];
}

/** @throws FORBIDDEN for a caller who is no administrator, neither by app role nor as stored. */
export async function assertAdministrator(context: Ask): Promise<void> {
  if (!(await isAdministrator(context))) throw forbidden('Only administrators may read this.');
}

const isAdministrator = async ({ signedIn, people }: Ask): Promise<boolean> =>
  signedIn.caller.role === 'ADMIN' || (await people.user(signedIn)).role === 'ADMIN';
