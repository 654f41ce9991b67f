import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { authenticateClient } from './client-authentication.ts';
import { OAuthError } from './errors.ts';
import { checkDuplicates, formOf } from './form.ts';
import type { Realm } from './realm.ts';

/** `POST auth/device` (section 4.3): a device asks for a code. Throws OAuthError. */
export async function answerDevice(realm: Realm, request: EmulatorRequest): Promise<Reply> {
  const form = await formOf(request);
  const client = authenticateClient(realm, request, form);
  checkDuplicates(form);
  if (!client.deviceGrant)
    throw new OAuthError(
      400,
      'unauthorized_client',
      'Client is not allowed to initiate OAuth 2.0 Device Authorization Grant. The flow is disabled for the client.',
    );
  const { deviceCodeLifespan, devicePollingInterval } = realm.settings;
  const value = form.get('code_challenge');
  const { deviceCode, userCode } = realm.deviceCodes.add({
    clientId: client.clientId,
    scope: form.get('scope'),
    expiresAt: realm.now() + deviceCodeLifespan,
    challenge: value ? { value, method: form.get('code_challenge_method') ?? 'plain' } : null,
  });
  return {
    status: 200,
    headers: { 'cache-control': 'no-store, must-revalidate, max-age=0' },
    body: {
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: `${realm.issuer()}/device`,
      verification_uri_complete: `${realm.issuer()}/device?user_code=${userCode}`,
      expires_in: deviceCodeLifespan,
      interval: devicePollingInterval,
    },
  };
}
