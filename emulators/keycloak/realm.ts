import type { Client } from './clients.ts';
import type { DeviceCodes } from './device-codes.ts';
import type { RealmKeys } from './keys.ts';
import type { Person } from './people.ts';
import type { Sessions } from './sessions.ts';

/** What an administrator may change while the realm is running. */
export type RealmSettings = {
  /** The newest refresh token only, each used once and `refreshTokenMaxReuse` times more. */
  revokeRefreshToken: boolean;
  refreshTokenMaxReuse: number;
  /** Tokens made before it, in seconds since the epoch, hold no more. */
  notBefore: number;
  /** Seconds: of an access token. */
  accessTokenLifespan: number;
  /** Seconds without a refresh after which a session ends. */
  ssoSessionIdleTimeout: number;
  /** Seconds after which a session ends in any case. */
  ssoSessionMaxLifespan: number;
  /** Seconds. */
  deviceCodeLifespan: number;
  /** Seconds between two polls. */
  devicePollingInterval: number;
};

/** A realm's defaults. */
export const defaultSettings: RealmSettings = {
  revokeRefreshToken: false,
  refreshTokenMaxReuse: 0,
  notBefore: 0,
  accessTokenLifespan: 300,
  ssoSessionIdleTimeout: 1800,
  ssoSessionMaxLifespan: 36_000,
  deviceCodeLifespan: 600,
  devicePollingInterval: 5,
};

/** What the parts of a realm share. */
export type Realm = {
  name: string;
  /** Where the server is reached, without a path. */
  origin(): string;
  /** Address of the realm, which is the `iss` of its tokens. */
  issuer(): string;
  /** Seconds since the epoch. */
  now(): number;
  settings: RealmSettings;
  keys: RealmKeys;
  people: Person[];
  clients: readonly Client[];
  sessions: Sessions;
  deviceCodes: DeviceCodes;
};

export const personById = (realm: Realm, id: unknown): Person | null =>
  realm.people.find((person) => person.id === id) ?? null;

/** By user name or e-mail, in any case. */
export const personByLogin = (realm: Realm, login: string): Person | null =>
  realm.people.find(({ userName, email }) => [userName, email].includes(login.trim().toLowerCase())) ?? null;

export const clientById = (realm: Realm, clientId: unknown): Client | null =>
  realm.clients.find((client) => client.clientId === clientId) ?? null;

/** A person's roles with those that everybody has. */
export const realmRolesOf = ({ name }: Realm, given: readonly string[]): string[] => [
  ...given,
  'offline_access',
  'uma_authorization',
  `default-roles-${name}`,
];
