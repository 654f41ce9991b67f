import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { authenticateClient } from './client-authentication.ts';
import { formOf } from './form.ts';
import { checkedClaims } from './grants/refresh.ts';
import { page } from './html.ts';
import type { Realm } from './realm.ts';

/**
 * `POST logout` with a refresh token (section 9): ends its session, and says the same when it had ended before. Without
 * one it is the page that asks a person, who is never signed in here. Throws OAuthError.
 */
export async function answerLogout(realm: Realm, request: EmulatorRequest): Promise<Reply> {
  const form = await formOf(request);
  const token = form.get('refresh_token');
  if (!token) return page(200, { title: 'Signed out', body: '<p>You are signed out.</p>' });
  const client = authenticateClient(realm, request, form);
  const { sid } = checkedClaims(realm, client, token);
  realm.sessions.end(String(sid));
  return { status: 204, headers: { 'cache-control': 'no-cache' } };
}
