import { MlgraphError } from '../domain/errors.ts';

/** Entra issues access tokens in two forms, chosen by the registration of the API they are for. */
export const tokenVersions = ['1.0', '2.0'] as const;
export type TokenVersion = (typeof tokenVersions)[number];

/** The addresses of one Entra cloud, none of them discovered: they are documented and do not change. */
export type Authority = {
  /** Scheme, host and port, without a slash at the end. */
  origin: string;
  /** The exact `iss` of a tenant's tokens. */
  issuer(tenantId: string, version: TokenVersion): string;
  /** Whether this is the `iss` of a tenant here, be it admitted or not. */
  owns(issuer: string): boolean;
  /** The key set by which a tenant's tokens (or with `common` every tenant's) are signed. */
  keysUri(tenant: string, version: TokenVersion): string;
  tokenEndpoint(tenantId: string): string;
  authorizeEndpoint(tenantId: string): string;
  /** Page where an administrator consents for the whole tenant to all that the registration lists. */
  adminConsentEndpoint(tenantId: string): string;
};

const publicCloud = 'https://login.microsoftonline.com';
const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The v1 issuer of the public cloud has a host of its own; elsewhere it is taken to be the authority's.
 * @throws INTERNAL where the host is no origin, or is plain http and not loopback.
 */
export function createAuthority(authorityHost: string): Authority {
  const origin = readOrigin(authorityHost);
  const v1Issuer = origin === publicCloud ? 'https://sts.windows.net' : origin;
  const issuer = (tenantId: string, version: TokenVersion) =>
    version === '2.0' ? `${origin}/${tenantId}/v2.0` : `${v1Issuer}/${tenantId}/`;
  return {
    origin,
    issuer,
    owns: (stated) => stated.startsWith(`${origin}/`) || stated.startsWith(`${v1Issuer}/`),
    keysUri: (tenant, version) => `${origin}/${tenant}/discovery${version === '2.0' ? '/v2.0' : ''}/keys`,
    tokenEndpoint: (tenantId) => `${origin}/${tenantId}/oauth2/v2.0/token`,
    authorizeEndpoint: (tenantId) => `${origin}/${tenantId}/oauth2/v2.0/authorize`,
    adminConsentEndpoint: (tenantId) => `${origin}/${tenantId}/adminconsent`,
  };
}

function readOrigin(authorityHost: string): string {
  const url = URL.parse(authorityHost);
  if (!url) throw refused('is not a URL');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopbackHosts.includes(url.hostname))) {
    throw refused('must be https; plain http is for loopback only');
  }
  if (url.pathname !== '/' || url.search || url.hash || url.username) throw refused('must be an origin only');
  return url.origin;
}

const refused = (why: string) => new MlgraphError('INTERNAL', `The Entra authority host ${why}.`);

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const isGuid = (text: string): boolean => guid.test(text);
