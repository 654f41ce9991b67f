import { audiences, authenticate, type Principal, type TokenAuthority } from '../azure-ml/access.ts';
import { TokenRefused } from '../entra/index.ts';
import { type EmulatorRequest, ReplyError } from '../kit/server.ts';
import { type Account, checkSas, type Permission, type SasRefusal } from './sas.ts';
import { sharedKeyHolds } from './shared-key.ts';
import type { BlobAddress } from './storage.ts';
import { refuse } from './xml.ts';

export type Authorizer = { account: Account; authority: TokenAuthority; now: () => number };

const notAuthenticated =
  'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.';

/** Lets a request pass that a SAS, the account key or a storage token allows; throws the service's refusal. */
export function authorize(
  { account, authority, now }: Authorizer,
  request: EmulatorRequest,
  at: BlobAddress,
  anyOf: Permission[],
): void {
  const header = request.headers.authorization;
  if (header?.startsWith('SharedKey ')) {
    if (!sharedKeyHolds(request, account))
      throw refuse(
        403,
        'AuthenticationFailed',
        notAuthenticated,
        'The MAC signature found in the HTTP request is not the same as any computed signature.',
      );
    return;
  }
  if (header) {
    authorizeBearer(authority, request);
    return;
  }
  if (!request.url.searchParams.has('sig'))
    throw refuse(401, 'NoAuthenticationInformation', notAuthenticated);
  const refusal = checkSas(request.url.searchParams, account, at, { anyOf, now: now() });
  if (refusal) throw sasErrors[refusal]();
}

function authorizeBearer(authority: TokenAuthority, request: EmulatorRequest): void {
  // A SAS is a credential of its own: the service refuses a request that brings two.
  if (request.url.searchParams.has('sig'))
    throw refuse(
      403,
      'AuthenticationFailed',
      notAuthenticated,
      'Both a SAS and an Authorization header were given.',
    );
  const principal = verified(authority, request);
  if (!principal.mayUse) throw sasErrors.permission();
}

function verified(authority: TokenAuthority, request: EmulatorRequest): Principal {
  try {
    return authenticate(authority, request, audiences.storage);
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    const { reply } = refuse(401, 'InvalidAuthenticationInfo', notAuthenticated, error.message);
    throw new ReplyError({
      ...reply,
      headers: { ...reply.headers, 'www-authenticate': error.wwwAuthenticate },
    });
  }
}

const failed = (detail: string) => () => refuse(403, 'AuthenticationFailed', notAuthenticated, detail);

const sasErrors: Record<SasRefusal, () => ReplyError> = {
  signature: failed('Signature did not match.'),
  expired: failed('Signature not valid in the specified time frame.'),
  notYet: failed('Signature not valid in the specified time frame.'),
  malformed: failed('sr, sp and se are mandatory. Cannot be empty'),
  resource: () =>
    refuse(
      403,
      'AuthorizationResourceTypeMismatch',
      'This request is not authorized for this resource type.',
    ),
  permission: () =>
    refuse(
      403,
      'AuthorizationPermissionMismatch',
      'This request is not authorized to perform this operation using this permission.',
    ),
};
