import type { TokenAuthority } from '../azure-ml/access.ts';
import { authenticate, callerName, type Principal } from '../azure-ml/access.ts';
import { TokenRefused } from '../entra/index.ts';
import { type EmulatorRequest, ReplyError } from '../kit/server.ts';
import type { Member } from './directory/members.ts';
import { forbidden, refusal } from './errors.ts';
import type { Workspace } from './workspace.ts';

/** Azure Databricks as a resource of Entra ID, the same in every tenant. */
const audience = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';

/** The member who calls. Throws 401 without a token that holds, 400 for one of another API, 403 for somebody outside. */
export function identify(workspace: Workspace, authority: TokenAuthority, request: EmulatorRequest): Member {
  const own = workspace.tokens.knows(bearerOf(request));
  const { objectId } = own ? { objectId: workspace.members.application().key } : verified(authority, request);
  const member = workspace.members.withKey(objectId);
  if (!member) throw forbidden(`Principal ${objectId} is not a member of this workspace.`);
  return member;
}

function verified(authority: TokenAuthority, request: EmulatorRequest): Principal {
  try {
    return authenticate(authority, request, [audience]);
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    if (error.code === 'InvalidAuthenticationTokenAudience') throw wrongAudience();
    const missing = error.code === 'AuthenticationFailed';
    const message = missing
      ? 'Credential was not sent or was of an unsupported type for this API.'
      : 'The access token is invalid or has expired.';
    throw refusal(401, 'UNAUTHENTICATED', message, { 'www-authenticate': error.wwwAuthenticate });
  }
}

/** The front of the real workspaces answers a foreign token with a page. */
const wrongAudience = () =>
  new ReplyError({
    status: 400,
    headers: { 'content-type': 'text/html;charset=iso-8859-1' },
    body: `<html><head><title>Error 400 io.jsonwebtoken.IncorrectClaimException: Expected aud claim to be: ${audience}</title></head><body><h2>HTTP ERROR 400</h2></body></html>`,
  });

const bearerOf = (request: EmulatorRequest): string =>
  /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';

/** The caller as the call log names it. */
export const callerOf = (
  workspace: Workspace,
  authority: TokenAuthority,
  request: EmulatorRequest,
): string | null =>
  workspace.tokens.knows(bearerOf(request)) ? 'application' : callerName(authority, request);
