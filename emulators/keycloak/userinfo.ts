import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { noStore } from './errors.ts';
import { formOf } from './form.ts';
import { inspectAccessToken } from './inspection.ts';
import type { Realm } from './realm.ts';
import { hasScope } from './scopes.ts';
import { profile } from './tokens.ts';

/** `GET` and `POST userinfo` (section 7). */
export async function answerUserInfo(realm: Realm, request: EmulatorRequest): Promise<Reply> {
  const token = bearerToken(request) ?? (await formOf(request)).get('access_token');
  if (!token) return refused(realm, 401);
  const bearer = inspectAccessToken(realm, token);
  if ('fault' in bearer) return refused(realm, 401, ['invalid_token', bearer.fault]);
  if (!hasScope(String(bearer.claims.scope), 'openid'))
    return refused(realm, 403, ['insufficient_scope', 'Missing openid scope']);
  return { status: 200, headers: noStore, body: { sub: bearer.person.id, ...profile(bearer.person) } };
}

export function bearerToken({ headers }: EmulatorRequest): string | null {
  return /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

/** The header alone tells why. */
function refused({ name }: Realm, status: number, why?: [error: string, description: string]): Reply {
  const told = why ? `, error="${why[0]}", error_description="${why[1]}"` : '';
  const challenge = `Bearer realm="${name}"${told}`;
  const headers = { ...noStore, 'content-type': 'text/plain;charset=utf-8', 'www-authenticate': challenge };
  return { status, headers };
}
