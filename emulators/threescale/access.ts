import type { EmulatorRequest } from '../kit/server.ts';
import { forbidden, readOnly } from './errors.ts';
import type { Tenant } from './state/tenant.ts';

/** Refuses a request without an access token that may do this. Throws 403. */
export function authorize(tenant: Tenant, request: EmulatorRequest, params: Record<string, unknown>): void {
  const found = tokensOf(request, params).find((token) => tenant.tokens.has(token));
  if (found === undefined) throw forbidden();
  if (request.method !== 'GET' && tenant.tokens.get(found) === 'ro') throw readOnly();
}

/** As the call log names it. */
export const isAdmin = (tenant: Tenant, request: EmulatorRequest): boolean =>
  tokensOf(request, Object.fromEntries(request.url.searchParams)).some((token) => tenant.tokens.has(token));

/** A parameter, or Basic with the token in either place. */
function tokensOf({ headers }: EmulatorRequest, { access_token }: Record<string, unknown>): string[] {
  const [, encoded = ''] = /^Basic (.+)$/i.exec(headers.authorization ?? '') ?? [];
  const basic = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return [...basic, access_token].filter(
    (token): token is string => typeof token === 'string' && token !== '',
  );
}
