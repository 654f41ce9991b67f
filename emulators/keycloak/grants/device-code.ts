import { createHash } from 'node:crypto';
import type { Client } from '../clients.ts';
import type { DeviceRequest } from '../device-codes.ts';
import { invalidGrant, invalidRequest, OAuthError } from '../errors.ts';
import { personById, type Realm } from '../realm.ts';
import { grantedScope } from '../scopes.ts';
import { tokenAnswer } from '../tokens.ts';

export const deviceGrantType = 'urn:ietf:params:oauth:grant-type:device_code';

/** A poll (section 4.3). */
export function deviceCode(realm: Realm, client: Client, form: URLSearchParams) {
  if (!client.deviceGrant) throw invalidGrant('Client not allowed OAuth 2.0 Device Authorization Grant');
  const code = form.get('device_code');
  if (!code) throw invalidRequest('Missing parameter: device_code');
  const request = realm.deviceCodes.byDeviceCode(code);
  if (!request) throw invalidGrant('Device code not valid');
  if (request.clientId !== client.clientId) throw invalidGrant('unauthorized client');
  const { personId, at } = approval(realm, request);
  checkVerifier(request, form.get('code_verifier'));
  const person = personById(realm, personId);
  realm.deviceCodes.remove(code);
  if (!person?.enabled) throw invalidGrant('User disabled');
  const scope = grantedScope(request.scope);
  const about = { personId, clientId: client.clientId, scope, authTime: at, now: realm.now() };
  return tokenAnswer(realm, { client, person, scope, session: realm.sessions.start(about), by: 'dg' });
}

/** By whom, and when. Throws OAuthError with what the device is to do. */
function approval(realm: Realm, request: DeviceRequest): { personId: string; at: number } {
  const now = realm.now();
  const refused = (error: string, description: string) => new OAuthError(400, error, description);
  if (request.polledAt !== null && now - request.polledAt < realm.settings.devicePollingInterval)
    throw refused('slow_down', 'Slow down');
  request.polledAt = now;
  if (now >= request.expiresAt) throw refused('expired_token', 'Device code is expired');
  if (request.state.kind === 'approved') return request.state;
  if (request.state.kind === 'denied')
    throw refused('access_denied', 'The end user denied the authorization request');
  throw refused('authorization_pending', 'The authorization request is still pending');
}

function checkVerifier({ challenge }: DeviceRequest, verifier: string | null): void {
  if (!challenge) return;
  if (!verifier) throw invalidGrant('PKCE code verifier not specified');
  const hashed = createHash('sha256').update(verifier).digest('base64url');
  if ((challenge.method === 'S256' ? hashed : verifier) !== challenge.value)
    throw invalidGrant('PKCE verification failed: Code mismatch');
}
