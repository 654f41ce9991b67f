import type { Reply } from '../kit/server.ts';
import { knowsTenant } from './registration.ts';
import { type Issuer, issuerOf } from './tokens.ts';

const shared = new Set(['common', 'organizations', 'consumers']);

/** The OpenID configuration of a tenant, or of `common` and `organizations` (section 1); null for an unknown tenant. */
export function configuration(issuer: Issuer, tenant: string, version: '1.0' | '2.0'): Reply | null {
  if (!shared.has(tenant) && !knowsTenant(issuer.registration, tenant)) return null;
  const origin = issuer.origin();
  const v2 = version === '2.0' ? '/v2.0' : '';
  return {
    status: 200,
    body: {
      issuer: issuerOf(origin, shared.has(tenant) ? '{tenantid}' : tenant, version),
      authorization_endpoint: `${origin}/${tenant}/oauth2${v2}/authorize`,
      token_endpoint: `${origin}/${tenant}/oauth2${v2}/token`,
      jwks_uri: `${origin}/${tenant}/discovery${v2}/keys`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
      response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    },
  };
}

/** The published keys, each with its issuer: the template, unless the key is bound to one tenant. */
export const keySet = (issuer: Issuer, version: '1.0' | '2.0') => ({
  keys: issuer.keys.published(issuerOf(issuer.origin(), '{tenantid}', version)),
});
