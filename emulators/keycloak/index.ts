import { join } from 'node:path';
import type { Claims } from '../entra/jwt.ts';
import { type Emulator, startEmulator } from '../kit/server.ts';
import { adminRoutes } from './admin/routes.ts';
import { callerOf, tokenDetails } from './caller.ts';
import { type Client, clients } from './clients.ts';
import { controlRoutes } from './control.ts';
import { createDeviceCodes } from './device-codes.ts';
import { serverFailure } from './errors.ts';
import { createRealmKeys, type RealmKeys } from './keys.ts';
import { type Person, people } from './people.ts';
import { defaultSettings, type Realm, type RealmSettings } from './realm.ts';
import { publicRoutes } from './routes.ts';
import { grantedScope } from './scopes.ts';
import { createSessions } from './sessions.ts';
import { accessToken, issue } from './tokens.ts';

export { type Client, client, clients, jobSecret } from './clients.ts';
export { type Person, people, person } from './people.ts';
export { defaultSettings, type RealmSettings } from './realm.ts';

export type KeycloakOptions = {
  /** Directory of the keys and sessions. Without it they live as long as the process. */
  home?: string;
  port?: number;
  tls?: { key: string; cert: string };
  /** Milliseconds since the epoch. */
  clock?: () => number;
  /** Name of the realm; `staff` by default. */
  realm?: string;
  settings?: Partial<RealmSettings>;
  morePeople?: readonly Person[];
  moreClients?: readonly Client[];
  /** Of `issueUserToken`, in seconds; one day by default. */
  userTokenLifetime?: number;
};

/** A Keycloak server with one realm. */
export type Keycloak = Emulator & {
  /** Address of the realm: the `iss` of its tokens, and where discovery is. */
  realmUrl: string;
  people: readonly Person[];
  clients: readonly Client[];
  /** May be changed while it is running. */
  settings: RealmSettings;
  /** A person's token by the command line's client, without a session; undefined removes a claim. */
  issueUserToken(name: string, overrides?: Claims): string;
  /** Signs any claims with the current key. */
  issueToken: (claims: Claims, header?: Record<string, unknown>) => string;
  /** Makes a new signing key and gives its kid; the old ones stay published unless `dropOld`. */
  rotateKey: RealmKeys['rotate'];
  /** Ends every session of a person. */
  endSessions(name: string): void;
};

/** Starts a realm on its own address, which is also that of its tokens. */
export async function startKeycloak(options: KeycloakOptions = {}): Promise<Keycloak> {
  let origin = '';
  const realm = await createRealm(options, () => origin);
  const emulator = await startEmulator({
    name: 'keycloak',
    port: options.port,
    tls: options.tls,
    handle: async (request) =>
      (await controlRoutes(realm, request)) ??
      (await publicRoutes(realm, request)) ??
      (await adminRoutes(realm, request)) ??
      notFound,
    callerOf: (request) => callerOf(realm, request),
    detailsOf: tokenDetails,
    errorReply: serverFailure,
  });
  origin = emulator.url;
  return {
    ...emulator,
    realmUrl: realm.issuer(),
    people: realm.people,
    clients: realm.clients,
    settings: realm.settings,
    issueUserToken: (name, overrides = {}) =>
      userToken(realm, name, { ...lifetime(realm, options), ...overrides }),
    issueToken: (claims, header) => issue(realm, claims, header),
    rotateKey: realm.keys.rotate,
    endSessions: (name) => realm.sessions.endOf(personNamed(realm, name).id),
  };
}

const notFound = { status: 404, body: { error: 'HTTP 404 Not Found' } };

async function createRealm(options: KeycloakOptions, origin: () => string): Promise<Realm> {
  const { home, clock = Date.now, realm: name = 'staff', morePeople = [], moreClients = [] } = options;
  const file = (own: string) => home && join(home, own);
  return {
    name,
    origin,
    issuer: () => `${origin()}/realms/${name}`,
    now: () => Math.floor(clock() / 1000),
    settings: { ...defaultSettings, ...options.settings },
    keys: await createRealmKeys(name, file('keys.json')),
    people: [...people, ...morePeople].map((person) => ({ ...person })),
    clients: [...clients, ...moreClients],
    sessions: createSessions(file('sessions.json')),
    deviceCodes: createDeviceCodes(),
  };
}

const lifetime = (realm: Realm, { userTokenLifetime = 86_400 }: KeycloakOptions): Claims => ({
  exp: realm.now() + userTokenLifetime,
});

function userToken(realm: Realm, name: string, overrides: Claims): string {
  const client = realm.clients.find(({ clientId }) => clientId === 'mlgraph-cli');
  if (!client) throw new TypeError('The realm has no client for its people.');
  const grant = { client, person: personNamed(realm, name), session: null, scope: grantedScope('openid') };
  return accessToken(realm, { ...grant, by: 'ro' }, overrides);
}

/** Throws TypeError for a name that the realm does not have. */
function personNamed(realm: Realm, name: string): Person {
  const found = realm.people.find((person) => person.name === name);
  if (!found) throw new TypeError(`The realm has no "${name}".`);
  return found;
}
