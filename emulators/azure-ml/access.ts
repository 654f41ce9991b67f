import { type Entra, TokenRefused } from '../entra/index.ts';
import type { EmulatorRequest } from '../kit/server.ts';

/** The part of the local Entra ID that the resources need. */
export type TokenAuthority = Pick<Entra, 'verify' | 'people' | 'callerName' | 'clientId'>;

/** Who calls: a person of the directory, or an application. `mayUse`: has rights on the workspace and its storage. */
export type Principal = {
  name: string;
  objectId: string;
  tenantId: string;
  /** As refusals name it. */
  clientName: string;
  kind: 'User' | 'Application';
  mayUse: boolean;
};

export const audiences = {
  arm: ['https://management.azure.com', 'https://management.core.windows.net'],
  // Public scripts call the data plane with tokens for Resource Manager, and it takes them.
  azureml: ['https://ml.azure.com', 'https://management.azure.com'],
  storage: ['https://storage.azure.com'],
} as const;

const allowedRoles: readonly string[] = ['data-scientist', 'administrator'];

/** Verifies the bearer token for any of the audiences. Throws TokenRefused, also where there is none. */
export function authenticate(
  authority: TokenAuthority,
  request: EmulatorRequest,
  accepted: readonly string[],
): Principal {
  const token = bearerOf(request);
  if (!token)
    throw new TokenRefused(
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
      'Bearer',
    );
  const claims = authority.verify(token, audienceOf(token, accepted));
  const objectId = String(claims.oid ?? claims.sub);
  const person = authority.people.find(({ oid }) => oid === objectId);
  const isGateway = claims.idtyp === 'app' && (claims.appid ?? claims.azp) === authority.clientId;
  return {
    name: person?.name ?? String(claims.name ?? objectId),
    objectId,
    tenantId: String(claims.tid),
    clientName: person?.email ?? String(claims.appid ?? claims.azp ?? objectId),
    kind: claims.idtyp === 'app' ? 'Application' : 'User',
    mayUse: person ? allowedRoles.includes(person.role) : isGateway,
  };
}

const bearerOf = (request: EmulatorRequest): string | undefined =>
  /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];

/** The accepted audience that the token names, for `verify` to check; the first where it names none of them. */
function audienceOf(token: string, accepted: readonly string[]): string {
  const named = String(peek(token).aud).replace(/\/$/, '');
  return accepted.find((audience) => audience === named) ?? String(accepted[0]);
}

/** The claims of a token that nobody has verified. */
function peek(token: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) ?? {};
  } catch {
    return {};
  }
}

/** The caller as the call log names it: a person's name, `application`, or the kind of storage credential. */
export function callerName(authority: TokenAuthority, request: EmulatorRequest): string | null {
  if (request.headers.authorization?.startsWith('SharedKey ')) return 'shared-key';
  if (request.url.searchParams.has('sig')) return 'sas';
  return authority.callerName(bearerOf(request) ?? '');
}
