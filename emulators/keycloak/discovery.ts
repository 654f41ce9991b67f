import type { Realm } from './realm.ts';
import { scopesSupported } from './scopes.ts';

/** Address of the realm's OpenID Connect endpoints. */
export const protocol = (realm: Realm) => `${realm.issuer()}/protocol/openid-connect`;

/** The realm itself: its key without a JWKS, for clients that know no better. */
export const realmInfo = (realm: Realm) => ({
  realm: realm.name,
  public_key: realm.keys.signing().publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  'token-service': protocol(realm),
  'account-service': `${realm.issuer()}/account`,
  'tokens-not-before': realm.settings.notBefore,
});

/**
 * Section 2, as far as it goes here: the grants and algorithms that this server really has, and no more, so that a
 * client finds out by reading and not by failing.
 */
export function configuration(realm: Realm) {
  const base = protocol(realm);
  const authentication = ['client_secret_basic', 'client_secret_post'];
  return {
    issuer: realm.issuer(),
    token_endpoint: `${base}/token`,
    introspection_endpoint: `${base}/token/introspect`,
    userinfo_endpoint: `${base}/userinfo`,
    end_session_endpoint: `${base}/logout`,
    jwks_uri: `${base}/certs`,
    revocation_endpoint: `${base}/revoke`,
    device_authorization_endpoint: `${base}/auth/device`,
    grant_types_supported: [
      'client_credentials',
      'password',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
      'urn:ietf:params:oauth:grant-type:token-exchange',
    ],
    acr_values_supported: ['0', '1'],
    response_types_supported: ['none'],
    response_modes_supported: ['query'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: authentication,
    introspection_endpoint_auth_methods_supported: authentication,
    revocation_endpoint_auth_methods_supported: authentication,
    claims_supported: [
      ...['iss', 'sub', 'aud', 'exp', 'iat', 'auth_time', 'name', 'given_name', 'family_name'],
      ...['preferred_username', 'email', 'acr', 'azp'],
    ],
    claim_types_supported: ['normal'],
    scopes_supported: scopesSupported,
    code_challenge_methods_supported: ['plain', 'S256'],
    authorization_response_iss_parameter_supported: true,
  };
}
