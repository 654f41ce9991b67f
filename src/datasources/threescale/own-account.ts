import type { Caller } from '../../domain/callers.ts';
import { forbidden } from '../../domain/errors.ts';
import { upstreamName } from './errors.ts';
import type { ThreeScale, ThreeScaleAccount } from './index.ts';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The caller's account, by what their issuer vouches for. Of Entra that is the `oid` alone, for its names and mails can
 * be another's; so no other issuer's user name counts that looks like one.
 * @throws FORBIDDEN for a key, which is nobody; NOT_FOUND with `field: 'account'`.
 */
export async function accountOf(
  { kind, issuerKind, subject, userName, email, emailVerified }: Caller,
  threescale: Pick<ThreeScale, 'findAccount'>,
): Promise<ThreeScaleAccount> {
  if (kind === 'SERVICE')
    throw forbidden('An API key has no account in 3scale: keys for services are for people.', {
      upstream: upstreamName,
    });
  if (issuerKind === 'entra') return threescale.findAccount({ userName: subject });
  return threescale.findAccount({
    userName: userName !== null && guid.test(userName) ? null : userName,
    email: emailVerified ? email : null,
  });
}
