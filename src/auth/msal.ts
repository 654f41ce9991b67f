import { ConfidentialClientApplication, type INetworkModule, type NetworkResponse } from '@azure/msal-node';
import type { Dispatcher } from 'undici';
import type { Authority } from './authority.ts';
import { type Credential, readCredential } from './credential.ts';
import { callEntra, type EntraAnswer } from './entra-http.ts';

export type Registration = { authority: Authority; clientId: string; credential: Credential };

/**
 * An MSAL application for one request: MSAL remembers tokens without the tenant and failures without the person, so
 * nothing of it may outlive the request. It wants https addresses, which is why the authority is named as if it were
 * one; the addresses it calls are those of the metadata, so it discovers nothing. `cp1`: we answer claims challenges.
 */
export async function createApplication(
  { authority, clientId, credential }: Registration,
  tenantId: string,
  { network, signal }: { network: INetworkModule; signal: AbortSignal },
): Promise<ConfidentialClientApplication> {
  const { host } = new URL(authority.origin);
  return new ConfidentialClientApplication({
    auth: {
      clientId,
      authority: `https://${host}/${tenantId}`,
      knownAuthorities: [host],
      authorityMetadata: JSON.stringify({
        issuer: authority.issuer(tenantId, '2.0'),
        authorization_endpoint: authority.authorizeEndpoint(tenantId),
        token_endpoint: authority.tokenEndpoint(tenantId),
        jwks_uri: authority.keysUri(tenantId, '2.0'),
      }),
      clientCapabilities: ['cp1'],
      ...(await readCredential(credential, signal)),
    },
    system: { networkClient: network },
  });
}

/** What came over the wire, which MSAL's errors no longer tell: they have lost the Retry-After. */
export type Seen = { answer: EntraAnswer | null; failure: unknown };

/** MSAL's way to the network. */
export function createWire(
  dispatcher: Dispatcher,
  signal: AbortSignal,
): { network: INetworkModule; seen: Seen } {
  const seen: Seen = { answer: null, failure: null };
  const send =
    (method: 'GET' | 'POST') =>
    async <T>(url: string, options: { headers?: Record<string, string>; body?: string } = {}) => {
      const { headers, body } = options;
      try {
        seen.answer = await callEntra(dispatcher, { method, url, headers, body }, signal);
      } catch (error) {
        seen.failure = error;
        throw error;
      }
      // A page that is no JSON is shown to MSAL as an answer without a token.
      return { ...seen.answer, body: seen.answer.body ?? {} } as NetworkResponse<T>;
    };
  return { network: { sendGetRequestAsync: send('GET'), sendPostRequestAsync: send('POST') }, seen };
}
