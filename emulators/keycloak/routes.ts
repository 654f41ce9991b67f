import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { answerDevice } from './device-endpoint.ts';
import { answerDevicePage, showDevicePage } from './device-page.ts';
import { configuration, realmInfo } from './discovery.ts';
import { noStore, OAuthError, oauthReply } from './errors.ts';
import { answerIntrospection } from './introspection.ts';
import { answerLogout } from './logout.ts';
import type { Realm } from './realm.ts';
import { answerRevocation } from './revocation.ts';
import { answerToken } from './token-endpoint.ts';
import { answerUserInfo } from './userinfo.ts';

type Answer = (realm: Realm, request: EmulatorRequest) => Reply | Promise<Reply>;

const fresh = (body: unknown): Reply => ({ status: 200, headers: { 'cache-control': 'no-cache' }, body });
const oidc = '/protocol/openid-connect';

/** By path below the realm, then by method. */
const routes: Record<string, Record<string, Answer>> = {
  '': { GET: (realm) => fresh(realmInfo(realm)) },
  '/.well-known/openid-configuration': { GET: (realm) => fresh(configuration(realm)) },
  '/device': { GET: showDevicePage, POST: answerDevicePage },
  [`${oidc}/certs`]: { GET: (realm) => fresh({ keys: realm.keys.published() }) },
  [`${oidc}/token`]: { POST: answerToken },
  [`${oidc}/token/introspect`]: { POST: answerIntrospection },
  [`${oidc}/auth/device`]: { POST: answerDevice },
  [`${oidc}/userinfo`]: { GET: answerUserInfo, POST: answerUserInfo },
  [`${oidc}/revoke`]: { POST: answerRevocation },
  [`${oidc}/logout`]: { GET: answerLogout, POST: answerLogout },
};

/** What the realm serves to everybody. Null: nothing below `/realms`. */
export async function publicRoutes(realm: Realm, request: EmulatorRequest): Promise<Reply | null> {
  const [, name, path = ''] = /^\/realms\/([^/]+)(\/.*)?$/.exec(request.path) ?? [];
  if (name === undefined) return null;
  if (name !== realm.name) return { status: 404, body: { error: 'Realm does not exist' } };
  const methods = routes[path.replace(/\/$/, '')];
  if (!methods) return { status: 404, body: { error: 'HTTP 404 Not Found' } };
  const answer = methods[request.method];
  if (!answer) return { status: 405, body: { error: 'HTTP 405 Method Not Allowed' } };
  try {
    return await answer(realm, request);
  } catch (error) {
    if (error instanceof OAuthError) return oauthReply(error, path.endsWith('/token') ? noStore : {});
    throw error;
  }
}
