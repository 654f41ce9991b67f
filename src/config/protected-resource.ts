import type { Config } from '../config.ts';

/** Whose tokens this API takes, as it tells clients that have none. */
export type ProtectedResourceConfig = {
  origin: string | null;
  issuers: { issuer: string; scopes: string[]; cliClientId: string | null }[];
};

/** An issuer of Entra wants the API named in the scope; the others give what their own scopes hold. */
export function protectedResourceOf({ entra, oidc, publicUrl }: Config): ProtectedResourceConfig {
  const apis = entra.audiences.filter((audience) => audience.startsWith('api://'));
  const scope = `${apis[0] ?? entra.clientId}/${entra.requiredScope}`;
  const ofEntra = {
    issuer: `${entra.authorityHost}/${entra.tenantId}/v2.0`,
    scopes: ['openid', 'profile', 'offline_access', scope],
    cliClientId: entra.cliClientId,
  };
  const others = oidc.map(({ issuer, cliClientId }) => ({ issuer, scopes: ['openid'], cliClientId }));
  return { origin: publicUrl, issuers: [ofEntra, ...others] };
}
