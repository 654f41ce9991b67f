import { readJwt } from '../entra/jwt.ts';
import type { EmulatorRequest } from '../kit/server.ts';
import { formOf } from './form.ts';
import { personById, type Realm } from './realm.ts';
import { bearerToken } from './userinfo.ts';

/** Who a request comes from, for faults and the call log: a token's person, or else the client of a form. */
export async function callerOf(realm: Realm, request: EmulatorRequest): Promise<string | null> {
  const claims = readJwt(bearerToken(request) ?? '')?.claims;
  if (claims) return personById(realm, claims.sub)?.name ?? String(claims.azp ?? claims.sub);
  return request.method === 'POST' ? ((await formOf(request)).get('client_id') ?? basicName(request)) : null;
}

function basicName({ headers }: EmulatorRequest): string | null {
  const [, encoded = ''] = /^Basic\s+(.+)$/i.exec(headers.authorization ?? '') ?? [];
  return Buffer.from(encoded, 'base64').toString('utf8').split(':')[0] || null;
}

/** Grant and scope of a token request, so that sign-ins can be told from refreshes. */
export async function tokenDetails(request: EmulatorRequest): Promise<Record<string, string>> {
  if (request.method !== 'POST' || !request.path.endsWith('/token')) return {};
  const form = await formOf(request);
  return { grant: form.get('grant_type') ?? '', scope: form.get('scope') ?? '' };
}
