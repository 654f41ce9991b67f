export const scopes = ['READ', 'TRAIN', 'PREDICT', 'CHAT', 'DEPLOY', 'KEYS', 'ADMIN'] as const;
export type Scope = (typeof scopes)[number];
export type UserRole = 'MEMBER' | 'ADMIN';

/** Who vouches for a caller: Microsoft Entra, another OpenID Connect issuer, or this gateway's own keys. */
export type IssuerKind = 'entra' | 'oidc' | 'apiKey';

/** The key of mlgraph by which a service calls; nothing of it is secret. */
export type CallerKey = {
  id: string;
  /** How the secret begins. */
  prefix: string;
  name: string;
  /** Null: no bound of its own. */
  requestsPerMinute: number | null;
};

/** A verified person, or a service with a key. `key` is the identity; name and e-mail are for display. */
export type Caller = {
  kind: 'USER' | 'SERVICE';
  /**
   * Stable key, for caches, cursors and ownership: `entra:<tenant>:<oid>`, `oidc:<hash of the issuer>:<sub>` or
   * `apikey:<id>`.
   */
  key: string;
  issuerKind: IssuerKind;
  /** Of Entra; null for everybody else. */
  tenantId: string | null;
  /** For Entra the `oid`, for a service the id of its key. */
  subject: string;
  issuer: string;
  name: string | null;
  email: string | null;
  /** Whether the issuer vouches for the e-mail; Entra does not. */
  emailVerified: boolean;
  /** As the issuer's configured claim states it; null for Entra, whose names can be another's. */
  userName: string | null;
  /** App roles as the token states them. */
  roles: readonly string[];
  role: UserRole;
  scopes: readonly Scope[];
  /** When the presented credential runs out; null: not by itself. */
  expiresAt: Date | null;
  /** Of a service alone. */
  apiKey: CallerKey | null;
};

/** When the credential runs out, in milliseconds since the epoch; infinity: not by itself. */
export const endOf = ({ expiresAt }: Pick<Caller, 'expiresAt'>): number =>
  expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;

/** What a role may do. */
export const scopesOfRole = (role: UserRole): Scope[] =>
  scopes.filter((scope) => role === 'ADMIN' || scope !== 'ADMIN');

/**
 * A caller together with the means to act for them. On an open socket a client may hand over a fresh token of the
 * same person: both members then answer by it, so neither is kept; they are asked at the moment of use.
 */
export type Identity = {
  readonly caller: Caller;
  /** The presented token now in force; empty for a service, whose key stands for nobody elsewhere. */
  assertion(): string;
};

/**
 * Gives the token with which to call one upstream, for one scope such as
 * `https://management.azure.com/.default`. `claims` answers an upstream's claims challenge.
 */
export type TokenFor = (scope: string, options: { signal: AbortSignal; claims?: string }) => Promise<string>;

/** What every upstream call of one operation shares. */
export type CallContext = {
  /** Ends with the operation. */
  signal: AbortSignal;
  requestId: string;
  /** W3C `traceparent` of the operation. */
  traceparent: string;
  /** Told how long each upstream call took, for Server-Timing. */
  onUpstreamTime?(upstream: string, milliseconds: number): void;
};
