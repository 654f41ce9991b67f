export const scopes = ['READ', 'TRAIN', 'PREDICT', 'CHAT', 'DEPLOY', 'KEYS', 'ADMIN'] as const;
export type Scope = (typeof scopes)[number];
export type UserRole = 'MEMBER' | 'ADMIN';

/** A verified person. `tenantId` + `subject` is the identity; name and e-mail are for display only. */
export type Caller = {
  kind: 'USER';
  /** Stable key of the person, for caches, cursors and ownership: issuer family, tenant, subject. */
  key: string;
  tenantId: string;
  /** For Entra the `oid`. */
  subject: string;
  issuer: string;
  name: string | null;
  email: string | null;
  /** App roles as the token states them. */
  roles: readonly string[];
  role: UserRole;
  scopes: readonly Scope[];
  /** When the presented token runs out. */
  expiresAt: Date;
};

/**
 * A caller together with the means to act for them. On an open socket a client may hand over a fresh token of the
 * same person: both members then answer by it, so neither is kept; they are asked at the moment of use.
 */
export type Identity = {
  readonly caller: Caller;
  /** The presented token now in force. */
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
