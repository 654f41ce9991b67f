import * as oidc from 'openid-client';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { asFailures, notConfirmed } from './issuer-client.ts';

/** What the person needs to confirm the sign-in elsewhere. */
export type DeviceCode = {
  verificationUri: string;
  /** With the code in it, where the issuer gives one. */
  verificationUriComplete: string | null;
  userCode: string;
  /** In seconds. */
  expiresIn: number;
};

/** The device grant (RFC 8628): shows a code, and waits until the person has confirmed it in any browser. */
export async function signInByDevice(
  configuration: oidc.Configuration,
  issuer: string,
  scope: string,
  show: (code: DeviceCode) => Promise<void> | void,
): Promise<oidc.TokenEndpointResponse> {
  return asFailures(issuer, async () => {
    const answer = await oidc.initiateDeviceAuthorization(configuration, { scope });
    await show({
      verificationUri: webAddress(answer.verification_uri),
      verificationUriComplete: answer.verification_uri_complete
        ? webAddress(answer.verification_uri_complete)
        : null,
      userCode: answer.user_code,
      expiresIn: answer.expires_in,
    });
    const expiry = AbortSignal.timeout(answer.expires_in * 1000);
    try {
      return await oidc.pollDeviceAuthorizationGrant(configuration, answer, undefined, { signal: expiry });
    } catch (error) {
      throw expiry.aborted ? expired() : error;
    }
  });
}

const expired = () =>
  new Failure(exitCodes.signInNeeded, notConfirmed, {
    code: 'expired_token',
    next: 'Try again: mlgraph login',
  });

/** Only an address of the web is given to a browser, whatever the issuer says. */
function webAddress(text: string): string {
  const url = URL.parse(text);
  if (url && ['https:', 'http:'].includes(url.protocol)) return url.href;
  throw new Failure(exitCodes.upstream, 'The issuer gave no address of the web to confirm the code at.');
}
