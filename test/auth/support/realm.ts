import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createOidcVerifier, type OidcSettings } from '../../../src/auth/oidc.ts';
import type { IssuerVerifier } from '../../../src/auth/verifiers.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { type HttpServer, startHttpServer } from './http-server.ts';
import type { Claims } from './issuer.ts';

type Pair = { privateKey: KeyObject; publicKey: KeyObject };
type Published = Pair & { kid: string; extra: Claims };

const pairs: Pair[] = [];
const rsa = (index: number): Pair => {
  pairs[index] ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return pairs[index];
};

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const signatures: Record<string, (data: Buffer, key: KeyObject) => Buffer> = {
  RS256: (data, key) => sign('sha256', data, key),
  PS256: (data, key) => sign('sha256', data, { key, padding: 6, saltLength: 32 }),
  ES256: (data, key) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
  RS512: (data, key) => sign('sha512', data, key),
};

/** A realm as Keycloak has it, over real HTTP, and a verifier that trusts it. */
export type Realm = AsyncDisposable & {
  clock: FakeClock;
  server: HttpServer;
  issuer: string;
  verifier: IssuerVerifier;
  /** What the discovery document says otherwise. */
  described: Claims;
  keys: Published[];
  claims(overrides?: Claims): Claims;
  /** A good access token, but for what is overridden. */
  token(overrides?: Claims, header?: Claims, key?: Pair): string;
  /** Signed by HMAC, with the public key as its secret. */
  signHmac(claims: Claims): string;
};

export async function startRealm(
  settings: Partial<OidcSettings> = {},
  options: { clock?: FakeClock; first?: number; kid?: string; realm?: string } = {},
): Promise<Realm> {
  const clock = options.clock ?? createFakeClock();
  const path = `/realms/${options.realm ?? 'staff'}`;
  const server = await startHttpServer((call) => {
    if (call.path === `${path}/.well-known/openid-configuration`)
      return { status: 200, body: { issuer, jwks_uri: `${issuer}/certs`, ...realm.described } };
    if (call.path !== `${path}/certs`) return { status: 404, body: { error: 'Realm does not exist' } };
    const keys = realm.keys.map(({ kid, publicKey, extra }) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      use: 'sig',
      ...extra,
    }));
    return { status: 200, body: { keys } };
  });
  const issuer = `${server.url}${path}`;
  const seconds = () => Math.floor(clock.now() / 1000);
  const first = options.first ?? 0;
  const realm: Realm = {
    clock,
    server,
    issuer,
    described: {},
    keys: [
      { ...rsa(first + 1), kid: 'to-encrypt', extra: { use: 'enc', alg: 'RSA-OAEP' } },
      { ...rsa(first), kid: options.kid ?? 'realm-key', extra: { alg: 'RS256' } },
    ],
    verifier: createOidcVerifier(
      {
        name: 'staff',
        issuer,
        audiences: ['mlgraph'],
        clients: ['mlgraph-cli'],
        rolesPath: ['realm_access', 'roles'],
        adminRole: 'mlgraph.admin',
        usernameClaim: 'preferred_username',
        ...settings,
      },
      { clock },
    ),
    claims: (overrides = {}) => ({
      iss: issuer,
      sub: '0d9c3f0e-2f5f-4c53-9a43-7f3f6f1d2b10',
      aud: 'account',
      azp: 'mlgraph-cli',
      typ: 'Bearer',
      scope: 'profile email',
      realm_access: { roles: ['ml-user'] },
      preferred_username: 'kim',
      name: 'Kim Moe',
      email: 'kim@contoso.example',
      email_verified: true,
      iat: seconds(),
      exp: seconds() + 300,
      ...overrides,
    }),
    token: (overrides, header = {}, key) => {
      const head = { alg: 'RS256', typ: 'JWT', kid: realm.keys.at(-1)?.kid, ...header };
      const signer = key ?? (realm.keys.at(-1) as Published);
      const input = `${encode(head)}.${encode(realm.claims(overrides))}`;
      const made = (signatures[head.alg] ?? signatures.RS256)?.(Buffer.from(input), signer.privateKey);
      return `${input}.${made?.toString('base64url')}`;
    },
    signHmac: (claims) => {
      const { kid, publicKey } = realm.keys.at(-1) as Published;
      const input = `${encode({ alg: 'HS256', typ: 'JWT', kid })}.${encode(claims)}`;
      const secret = publicKey.export({ type: 'spki', format: 'pem' });
      return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
    },
    [Symbol.asyncDispose]: async () => {
      await realm.verifier.close();
      await server.stop();
    },
  };
  return realm;
}

export const otherPair = (): Pair => rsa(9);
export const curvePair = (namedCurve = 'P-256'): Pair => generateKeyPairSync('ec', { namedCurve });
export const unsigned = (realm: Realm, alg: string) =>
  `${encode({ alg, typ: 'JWT', kid: realm.keys.at(-1)?.kid })}.${encode(realm.claims())}.`;
