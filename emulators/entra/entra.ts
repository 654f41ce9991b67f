import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { controlRoutes } from './control.ts';
import { keySet } from './discovery.ts';
import { type Claims, type JwtHeader, readJwt } from './jwt.ts';
import { type Person, people } from './people.ts';
import { refuse } from './refusal.ts';
import { type FederatedCredential, type Registration, sameAudience } from './registration.ts';
import { publicRoutes } from './routes.ts';
import { createSigningKeys, type PublishedKey, type SigningKeys } from './signing-keys.ts';
import { createSwitches, type PersonSwitch } from './switches.ts';
import { isTokenRequest, tokenForm } from './token-endpoint.ts';
import { type Issuer, inspect, issue, userToken } from './tokens.ts';

export type EntraOptions = {
  /** File of the signing keys. Without it they live as long as the process. */
  statePath?: string;
  clientId: string;
  clientSecret: string;
  tenantId: string;
  /** Tenants besides `tenantId` in which the app is installed. */
  otherTenants?: string[];
  /** People besides the four that are always there. */
  morePeople?: Person[];
  /** PEM certificates of the app. */
  certificates?: string[];
  federatedCredentials?: FederatedCredential[];
  /** Of a person's token, in seconds; one day by default. */
  userTokenLifetime?: number;
  /** Milliseconds since the epoch. */
  clock?: () => number;
  /** Where the issuer is reached; `startEntra` gives its own. */
  origin?: () => string;
};

/** An Entra ID tenant with its people and one registered app, the gateway. */
export type Entra = {
  tenantId: string;
  clientId: string;
  people: readonly Person[];
  handle(request: EmulatorRequest): Promise<Reply | null>;
  /** Who a request comes from, for faults and the call log; the body of a token request tells. */
  callerOf(request: EmulatorRequest): Promise<string | null>;
  /** The name of a token's bearer (a person's name, or `application`), unverified: for call logs only. */
  callerName(token: string): string | null;
  /** A person's token for the gateway; `ver: '1.0'` gives one of the first version, undefined removes a claim. */
  issueUserToken(person: string, overrides?: Claims): string;
  /** Signs any claims with the current key. */
  issueToken(claims: Claims, header?: JwtHeader): string;
  /**
   * The claims of a token that this issuer made for the audience (with or without a trailing slash).
   * Throws TokenRefused, which holds what a resource answers.
   */
  verify(token: string, audience: string): Claims;
  /** Makes a new signing key and gives its kid; the old ones stay published unless `dropOld`. */
  rotateKey: SigningKeys['rotate'];
  jwks(): { keys: PublishedKey[] };
  /** What `POST /_control/switches` does. */
  switchOn(wanted: PersonSwitch): void;
  switchesOff(): void;
};

export function createEntra(options: EntraOptions): Entra {
  const { clock = Date.now, userTokenLifetime = 86_400 } = options;
  const issuer: Issuer = {
    registration: registrationOf(options),
    keys: createSigningKeys(options.statePath),
    origin: options.origin ?? (() => 'http://login.emulator.example'),
    now: () => Math.floor(clock() / 1000),
  };
  const directory = createDirectory(options);
  const switches = createSwitches(issuer.now, directory.personNamed);
  const steering = {
    rotateKey: issuer.keys.rotate,
    switchOn: switches.on,
    switchesOff: switches.off,
  };
  return {
    ...steering,
    tenantId: options.tenantId,
    clientId: options.clientId,
    people: directory.people,
    handle: async (request) =>
      (await controlRoutes(steering, request)) ?? (await publicRoutes(issuer, switches, request)),
    callerOf: (request) => callerOf(request, directory.callerName),
    callerName: directory.callerName,
    issueUserToken: (name, overrides = {}) =>
      userToken(issuer, directory.personNamed(name), userTokenLifetime, overrides),
    issueToken: (claims, header) => issue(issuer, claims, header),
    verify: (token, audience) => {
      const { claims, fault } = inspect(issuer, token, (named) => sameAudience(named, audience));
      const challenge = fault ? null : switches.challenge(claims);
      if (fault || challenge) throw refuse(fault, challenge, issuer.origin());
      return claims;
    },
    jwks: () => keySet(issuer, '2.0'),
  };
}

const registrationOf = (options: EntraOptions): Registration => ({
  tenantId: options.tenantId,
  otherTenants: options.otherTenants ?? [],
  clientId: options.clientId,
  clientSecret: options.clientSecret,
  certificates: options.certificates ?? [],
  federatedCredentials: options.federatedCredentials ?? [],
});

function createDirectory({ morePeople = [], clientId }: EntraOptions) {
  const everybody = [...people, ...morePeople];
  const byName = new Map(everybody.map((person) => [person.name, person]));
  const byOid = new Map<unknown, Person>(everybody.map((person) => [person.oid, person]));
  return {
    people: everybody,
    /** Throws TypeError for a name that the directory does not hold. */
    personNamed: (name: string): Person => {
      const found = byName.get(name);
      if (!found) throw new TypeError(`The directory has no "${name}".`);
      return found;
    },
    callerName: (token: string): string | null => {
      const oid = readJwt(token)?.claims.oid;
      if (oid === undefined) return null;
      return oid === clientId ? 'application' : (byOid.get(oid)?.name ?? String(oid));
    },
  };
}

async function callerOf(request: EmulatorRequest, callerName: Entra['callerName']): Promise<string | null> {
  if (!isTokenRequest(request)) return null;
  const assertion = (await tokenForm(request)).get('assertion');
  return assertion ? callerName(assertion) : 'application';
}
