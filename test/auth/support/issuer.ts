import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Answer, type HttpServer, startHttpServer } from './http-server.ts';

export const tenantId = '3f0e6c1a-90d4-4c3e-8f4b-2a6d1b7c9e01';
export const otherTenantId = '77aa6c1a-90d4-4c3e-8f4b-2a6d1b7c9e02';
export const clientId = '8b1c2d3e-4f50-4a6b-9c7d-8e9f0a1b2c3d';
export const personId = 'a7c20d5e-1c4b-4f7a-9d1e-0b6f3a52c101';

type Key = { kid: string; privateKey: KeyObject; publicKey: KeyObject; issuer?: string };
export type Claims = Record<string, unknown>;
type Version = '1.0' | '2.0';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The nth key of every issuer is the same, since making one takes a tenth of a second. */
const pairs: { privateKey: KeyObject; publicKey: KeyObject }[] = [];
const pair = (index: number) => {
  pairs[index] ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return pairs[index];
};

/** An issuer whose key sets are served over real HTTP, and which signs whatever it is told to. */
export type Issuer = AsyncDisposable & {
  server: HttpServer;
  url: string;
  /** Replaces the answer for key sets, so many times; null: the true one. */
  answerWith(answer: Answer | null, times?: number): void;
  /** Makes a new key, with which it signs from now on; published only in the set of `only`, if that is given. */
  rotate(options?: { issuer?: string; dropOld?: boolean; only?: Version }): Key;
  key(): Key;
  /** How many key sets were fetched. */
  fetches(): number;
  claims(overrides?: Claims): Claims;
  /** A good v2 token of a person, but for what is overridden. */
  token(overrides?: Claims, header?: Claims): string;
  /** The same of v1. */
  tokenV1(overrides?: Claims): string;
  sign(header: Claims, claims: Claims, key: Key): string;
  /** Signed by HMAC, with the public key as its secret. */
  signHmac(claims: Claims): string;
};

export async function startIssuer(now: () => number): Promise<Issuer> {
  let made = 0;
  const makeKey = (): Key => ({ ...pair(made++), kid: `key-${made}` });
  let published: (Key & { only?: Version })[] = [makeKey()];
  let answer: Answer | null = null;
  let left = 0;
  const current = () => published.at(-1) as Key;
  const server = await startHttpServer(({ path }) => {
    if (answer && left-- > 0) return answer;
    const version = path.endsWith('/discovery/v2.0/keys') ? '2.0' : '1.0';
    if (!/^\/[\w-]+\/discovery(\/v2\.0)?\/keys$/.test(path)) return { status: 404, body: {} };
    const template = `${server.url}/{tenantid}${version === '2.0' ? '/v2.0' : '/'}`;
    const keys = published
      .filter(({ only }) => only === undefined || only === version)
      .map(({ kid, publicKey, issuer }) => ({
        ...publicKey.export({ format: 'jwk' }),
        use: 'sig',
        kid,
        issuer: issuer ?? template,
      }));
    return { status: 200, body: { keys } };
  });
  const seconds = () => Math.floor(now() / 1000);
  const issuer: Issuer = {
    server,
    url: server.url,
    answerWith: (wanted, times = Number.POSITIVE_INFINITY) => {
      answer = wanted;
      left = times;
    },
    rotate: ({ issuer: bound, dropOld, only } = {}) => {
      const key = { ...makeKey(), issuer: bound, only };
      published = dropOld ? [key] : [...published, key];
      return key;
    },
    key: current,
    fetches: () => server.received.length,
    claims: (overrides = {}) => ({
      ver: '2.0',
      iss: `${server.url}/${tenantId}/v2.0`,
      aud: clientId,
      tid: tenantId,
      oid: personId,
      scp: 'openid access_as_user',
      name: 'Ada Moe',
      preferred_username: 'ada@contoso.example',
      iat: seconds(),
      nbf: seconds(),
      exp: seconds() + 3600,
      ...overrides,
    }),
    token: (overrides, header = {}) =>
      issuer.sign(
        { alg: 'RS256', typ: 'JWT', kid: current().kid, ...header },
        issuer.claims(overrides),
        current(),
      ),
    tokenV1: (overrides) =>
      issuer.token({
        ver: '1.0',
        iss: `${server.url}/${tenantId}/`,
        aud: `api://${clientId}`,
        preferred_username: undefined,
        upn: 'ada@contoso.example',
        unique_name: 'ada@contoso.example',
        ...overrides,
      }),
    sign: (header, claims, { privateKey }) => {
      const input = `${encode(header)}.${encode(claims)}`;
      return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
    },
    signHmac: (claims) => {
      const input = `${encode({ alg: 'HS256', typ: 'JWT', kid: current().kid })}.${encode(claims)}`;
      const pem = current().publicKey.export({ type: 'spki', format: 'pem' });
      return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
  return issuer;
}
