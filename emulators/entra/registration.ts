import type { JsonWebKey } from 'node:crypto';

/** Another issuer whose tokens prove that the client is the gateway (workload identity). */
export type FederatedCredential = {
  issuer: string;
  subject: string;
  /** Default: `api://AzureADTokenExchange`. */
  audience?: string;
  keys: (JsonWebKey & { kid?: string })[];
};

/** The gateway's app registration, and the tenants that know it. */
export type Registration = {
  tenantId: string;
  /** Tenants besides `tenantId` in which the app is installed. */
  otherTenants: readonly string[];
  clientId: string;
  clientSecret: string;
  /** Certificates of the app, as PEM. */
  certificates: readonly string[];
  federatedCredentials: readonly FederatedCredential[];
};

export const knowsTenant = (registration: Registration, tenant: string): boolean =>
  tenant === registration.tenantId || registration.otherTenants.includes(tenant);

/** The audiences by which the app is meant: its id, and its App ID URI in tokens of version 1.0. */
export const isAudienceOf = (registration: Registration, audience: unknown): boolean =>
  audience === registration.clientId || audience === `api://${registration.clientId}`;

/** Audiences are named with and without a trailing slash. */
export const sameAudience = (one: unknown, other: string): boolean =>
  String(one).replace(/\/$/, '') === other.replace(/\/$/, '');
