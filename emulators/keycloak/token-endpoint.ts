import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { authenticateClient } from './client-authentication.ts';
import type { Client } from './clients.ts';
import { invalidRequest, noStore, OAuthError } from './errors.ts';
import { checkDuplicates, formOf } from './form.ts';
import { clientCredentials } from './grants/client-credentials.ts';
import { deviceCode, deviceGrantType } from './grants/device-code.ts';
import { passwordGrant } from './grants/password.ts';
import { refresh } from './grants/refresh.ts';
import { exchangeGrantType, tokenExchange } from './grants/token-exchange.ts';
import type { Realm } from './realm.ts';

type Grant = (realm: Realm, client: Client, form: URLSearchParams) => Record<string, unknown>;

const grants: Record<string, Grant> = {
  password: passwordGrant,
  refresh_token: refresh,
  client_credentials: clientCredentials,
  [deviceGrantType]: deviceCode,
  [exchangeGrantType]: tokenExchange,
};

/** `POST token` (sections 3 and 4). Throws OAuthError. */
export async function answerToken(realm: Realm, request: EmulatorRequest): Promise<Reply> {
  const form = await formOf(request);
  const type = form.get('grant_type');
  if (!type) throw invalidRequest('Missing form parameter: grant_type');
  const grant = Object.hasOwn(grants, type) ? grants[type] : undefined;
  if (!grant) throw new OAuthError(400, 'unsupported_grant_type', 'Unsupported grant_type');
  const client = authenticateClient(realm, request, form);
  checkDuplicates(form, type === exchangeGrantType ? ['audience', 'resource'] : []);
  return { status: 200, headers: noStore, body: grant(realm, client, form) };
}
