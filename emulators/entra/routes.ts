import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { configuration, keySet } from './discovery.ts';
import type { Switches } from './switches.ts';
import { answerToken } from './token-endpoint.ts';
import type { Issuer } from './tokens.ts';

/** What the issuer serves to everybody: discovery, keys and tokens, below the tenant. Null: nothing of it. */
export async function publicRoutes(
  issuer: Issuer,
  switches: Switches,
  request: EmulatorRequest,
): Promise<Reply | null> {
  const [, tenant = '', path = ''] = /^\/([^/]+)\/(.+)$/.exec(request.path) ?? [];
  switch (`${request.method} ${path}`) {
    case 'POST oauth2/v2.0/token':
      return await answerToken(issuer, switches, { request, tenant });
    case 'GET v2.0/.well-known/openid-configuration':
      return configuration(issuer, tenant, '2.0');
    case 'GET .well-known/openid-configuration':
      return configuration(issuer, tenant, '1.0');
    case 'GET discovery/v2.0/keys':
      return { status: 200, body: keySet(issuer, '2.0') };
    case 'GET discovery/keys':
      return { status: 200, body: keySet(issuer, '1.0') };
    default:
      return null;
  }
}
