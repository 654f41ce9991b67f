import { type Emulator, type EmulatorRequest, type Reply, startEmulator } from '../kit/server.ts';
import { controlRoutes } from './control.ts';
import { configuration, keySet } from './discovery.ts';
import { oauthReply, serviceFailure } from './errors.ts';
import { type Claims, type JwtHeader, readJwt } from './jwt.ts';
import { type Person, people, personNamed } from './people.ts';
import { refuse, TokenRefused } from './refusal.ts';
import type { FederatedCredential, Registration } from './registration.ts';
import { createSigningKeys, type PublishedKey } from './signing-keys.ts';
import { createSwitches, type PersonSwitch } from './switches.ts';
import { answerToken, tokenForm } from './token-endpoint.ts';
import { type Issuer, inspect, issue, userToken } from './tokens.ts';

export type { Claims, Person, PersonSwitch };
export { people, TokenRefused };

export type EntraOptions = {
  /** File of the signing keys. Without it they live as long as the process. */
  statePath?: string;
  clientId: string;
  clientSecret: string;
  tenantId: string;
  /** Tenants besides `tenantId` in which the app is installed. */
  otherTenants?: string[];
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
  rotateKey(options?: { dropOld?: boolean; issuer?: string }): string;
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
  const switches = createSwitches(issuer.now);
  const isApp = (token: Claims) => token.oid === options.clientId;
  const callerName = (token: string) => {
    const claims = readJwt(token)?.claims;
    if (!claims) return null;
    return isApp(claims)
      ? 'application'
      : (people.find(({ oid }) => oid === claims.oid)?.name ?? String(claims.oid));
  };
  const entra: Entra = {
    tenantId: options.tenantId,
    clientId: options.clientId,
    people,
    handle: async (request) => (await controlRoutes(entra, request)) ?? (await publicRoutes(request)),
    callerOf: async (request) => {
      if (!isTokenRequest(request)) return null;
      const form = await tokenForm(request);
      const assertion = form.get('assertion');
      return assertion ? callerName(assertion) : 'application';
    },
    callerName,
    issueUserToken: (name, overrides = {}) =>
      userToken(issuer, personNamed(name), userTokenLifetime, overrides),
    issueToken: (claims, header) => issue(issuer, claims, header),
    verify: (token, audience) => {
      const plain = audience.replace(/\/$/, '');
      const { claims, fault } = inspect(issuer, token, (aud) => String(aud).replace(/\/$/, '') === plain);
      const challenge = fault ? null : switches.challenge(claims);
      if (fault || challenge) throw refuse(fault, challenge, issuer.origin());
      return claims;
    },
    rotateKey: (rotation) => issuer.keys.rotate(rotation),
    jwks: () => keySet(issuer, '2.0'),
    switchOn: (wanted) => switches.on(wanted),
    switchesOff: () => switches.off(),
  };
  const publicRoutes = async (request: EmulatorRequest): Promise<Reply | null> => {
    const [, tenant = '', path = ''] = /^\/([^/]+)\/(.+)$/.exec(request.path) ?? [];
    if (request.method === 'POST' && path === 'oauth2/v2.0/token')
      return await answerToken(issuer, switches, { request, tenant });
    if (request.method !== 'GET') return null;
    if (path === 'v2.0/.well-known/openid-configuration') return configuration(issuer, tenant, '2.0');
    if (path === '.well-known/openid-configuration') return configuration(issuer, tenant, '1.0');
    if (path === 'discovery/v2.0/keys') return { status: 200, body: keySet(issuer, '2.0') };
    if (path === 'discovery/keys') return { status: 200, body: keySet(issuer, '1.0') };
    return null;
  };
  return entra;
}

const isTokenRequest = ({ method, path }: EmulatorRequest): boolean =>
  method === 'POST' && path.endsWith('/token');

/** Grant and scope of a token request, so that exchanges can be counted per audience. */
async function tokenDetails(request: EmulatorRequest): Promise<Record<string, string>> {
  if (!isTokenRequest(request)) return {};
  const form = await tokenForm(request);
  return { grant: form.get('grant_type') ?? '', scope: form.get('scope') ?? '' };
}

const registrationOf = (options: EntraOptions): Registration => ({
  tenantId: options.tenantId,
  otherTenants: options.otherTenants ?? [],
  clientId: options.clientId,
  clientSecret: options.clientSecret,
  certificates: options.certificates ?? [],
  federatedCredentials: options.federatedCredentials ?? [],
});

/** Starts the issuer on its own address, which is also that of its tokens. */
export async function startEntra(
  options: Omit<EntraOptions, 'origin'> & { port?: number; tls?: { key: string; cert: string } },
): Promise<Entra & Emulator> {
  let origin = '';
  const entra = createEntra({ ...options, origin: () => origin });
  const emulator = await startEmulator({
    name: 'entra',
    port: options.port,
    tls: options.tls,
    handle: entra.handle,
    callerOf: entra.callerOf,
    detailsOf: tokenDetails,
    errorReply: (status) =>
      oauthReply(serviceFailure(status), { correlationId: 'none', at: (options.clock ?? Date.now)() }),
  });
  origin = emulator.url;
  return { ...entra, ...emulator };
}
