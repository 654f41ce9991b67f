import { describe, expect, it } from 'vitest';
import { MlgraphError } from '../../src/domain/errors.ts';
import { curvePair, otherPair, type Realm, startRealm, unsigned } from './support/realm.ts';

describe('a good token', () => {
  it('tells who the person is', async () => {
    await using realm = await startRealm();
    expect(await realm.verifier.verify(realm.token())).toEqual({
      kind: 'USER',
      key: expect.stringMatching(/^oidc:[\w-]{16}:0d9c3f0e-2f5f-4c53-9a43-7f3f6f1d2b10$/),
      issuerKind: 'oidc',
      tenantId: null,
      subject: '0d9c3f0e-2f5f-4c53-9a43-7f3f6f1d2b10',
      issuer: realm.issuer,
      name: 'Kim Moe',
      email: 'kim@contoso.example',
      emailVerified: true,
      userName: 'kim',
      roles: ['ml-user'],
      role: 'MEMBER',
      scopes: ['READ', 'TRAIN', 'PREDICT', 'CHAT', 'DEPLOY', 'KEYS'],
      expiresAt: new Date((Math.floor(realm.clock.now() / 1000) + 300) * 1000),
      apiKey: null,
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['one of several audiences', { aud: ['account', 'mlgraph'], azp: 'somebody' }],
    ['the audience alone', { aud: 'mlgraph', azp: undefined }],
    ['no audience, of an allowed client', { aud: undefined }],
    ['no claim typ', { typ: undefined }],
  ])('may have %s', async (_, claims) => {
    await using realm = await startRealm();
    await expect(realm.verifier.verify(realm.token(claims))).resolves.toMatchObject({ userName: 'kim' });
  });

  it.each(['at+jwt', 'application/at+jwt', 'jwt'])('may have the type %s in its header', async (typ) => {
    await using realm = await startRealm();
    await expect(realm.verifier.verify(realm.token({}, { typ }))).resolves.toBeDefined();
  });

  it('may be signed by PS256 and ES256, by keys that say so or nothing', async () => {
    await using realm = await startRealm();
    realm.keys.push({ ...otherPair(), kid: 'ps', extra: { alg: undefined } });
    await expect(realm.verifier.verify(realm.token({}, { alg: 'PS256' }))).resolves.toBeDefined();
    realm.keys.push({ ...curvePair(), kid: 'ec', extra: { alg: 'ES256' } });
    await expect(realm.verifier.verify(realm.token({}, { alg: 'ES256' }))).resolves.toBeDefined();
  });

  it('has its roles where the settings say, behind names with dots, too', async () => {
    await using realm = await startRealm({
      rolesPath: ['resource_access', 'ml.graph', 'roles'],
      adminRole: 'boss',
    });
    const token = realm.token({ resource_access: { 'ml.graph': { roles: ['boss', 7] } } });
    expect(await realm.verifier.verify(token)).toMatchObject({ roles: ['boss'], role: 'ADMIN' });
    const without = realm.token({ realm_access: { roles: ['boss'] } });
    expect(await realm.verifier.verify(without)).toMatchObject({ roles: [], role: 'MEMBER' });
  });

  it('vouches for an e-mail only where it says so', async () => {
    await using realm = await startRealm();
    for (const email_verified of [false, undefined, 'true', 1])
      expect(await realm.verifier.verify(realm.token({ email_verified }))).toMatchObject({
        emailVerified: false,
      });
    const none = realm.token({ email: undefined, name: undefined, preferred_username: undefined });
    expect(await realm.verifier.verify(none)).toMatchObject({
      email: null,
      emailVerified: false,
      name: null,
      userName: null,
    });
  });

  it('half a minute off our clock is still taken', async () => {
    await using realm = await startRealm();
    const seconds = Math.floor(realm.clock.now() / 1000);
    for (const claims of [{ exp: seconds - 28 }, { nbf: seconds + 28 }])
      await expect(realm.verifier.verify(realm.token(claims))).resolves.toBeDefined();
  });

  it('is remembered until it ends', async () => {
    await using realm = await startRealm();
    const token = realm.token();
    const [first, parallel] = await Promise.all([realm.verifier.verify(token), realm.verifier.verify(token)]);
    expect(parallel).toBe(first);
    await expect(realm.verifier.verify(token)).resolves.toBe(first);
    realm.clock.advance(331_000);
    await expect(realm.verifier.verify(token)).rejects.toThrow(/expired \(exp\)/);
  });
});

/** Each: what is wrong, the token, and what the answer must say. */
const bad: [string, (realm: Realm) => string, RegExp][] = [
  ['alg none', (realm) => unsigned(realm, 'none'), /\(alg\)/],
  ['HS256 with the public key', (realm) => realm.signHmac(realm.claims()), /\(alg\)/],
  ['a refresh token, by HS512', (realm) => realm.token({ typ: 'Refresh' }, { alg: 'HS512' }), /\(alg\)/],
  ['RS512', (realm) => realm.token({}, { alg: 'RS512' }), /\(alg\)/],
  ['PS256 by a key for RS256', (realm) => realm.token({}, { alg: 'PS256' }), /signature/],
  ['no kid', (realm) => realm.token({}, { kid: undefined }), /\(kid\)/],
  ['an unknown kid', (realm) => realm.token({}, { kid: 'made-up' }), /\(kid\) is not known/],
  ['the kid of the key to encrypt with', (realm) => byEncryptionKey(realm), /\(kid\) is not known/],
  ['a key of our own under a known kid', (realm) => realm.token({}, {}, otherPair()), /signature/],
  ['changed claims', (realm) => tampered(realm), /signature/],
  ['a header of another type', (realm) => realm.token({}, { typ: 'logout+jwt' }), /typ of its header/],
  ['a header of no type', (realm) => realm.token({}, { typ: undefined }), /typ of its header/],
  ['an id token', (realm) => realm.token({ typ: 'ID', aud: 'mlgraph-cli' }), /\(typ\)/],
  ['a refresh token', (realm) => realm.token({ typ: 'Refresh' }), /\(typ\)/],
  ['an offline token', (realm) => realm.token({ typ: 'Offline' }), /\(typ\)/],
  ['another audience', (realm) => realm.token({ aud: 'other' }), /\(aud\)/],
  ['account and another audience', (realm) => realm.token({ aud: ['account', 'other'] }), /\(aud\)/],
  ['account from another client', (realm) => realm.token({ azp: 'other' }), /\(azp\)/],
  ['neither audience nor client', (realm) => realm.token({ aud: undefined, azp: undefined }), /\(azp\)/],
  ['another issuer', (realm) => realm.token({ iss: 'https://evil.example' }), /\(iss\)/],
  ['a slash more in the issuer', (realm) => realm.token({ iss: `${realm.issuer}/` }), /\(iss\)/],
  ['expired', (realm) => realm.token({ exp: Math.floor(realm.clock.now() / 1000) - 31 }), /expired \(exp\)/],
  ['no exp', (realm) => realm.token({ exp: undefined }), /exp/],
  ['exp as text', (realm) => realm.token({ exp: '99999999999' }), /exp/],
  ['not valid yet', (realm) => realm.token({ nbf: Math.floor(realm.clock.now() / 1000) + 32 }), /\(nbf\)/],
  ['no sub', (realm) => realm.token({ sub: undefined }), /sub/],
  ['an empty sub', (realm) => realm.token({ sub: '' }), /sub/],
];

const byEncryptionKey = (realm: Realm) => realm.token({}, { kid: 'to-encrypt' }, realm.keys[0]);

function tampered(realm: Realm): string {
  const [header, , signature] = realm.token().split('.');
  const [, claims] = realm.token({ realm_access: { roles: ['mlgraph.admin'] } }).split('.');
  return `${header}.${claims}.${signature}`;
}

describe('a bad token is UNAUTHENTICATED and told why', () => {
  it.each(bad)('%s', async (_, tokenOf, message) => {
    await using realm = await startRealm();
    const token = tokenOf(realm);
    const error = await realm.verifier.verify(token).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MlgraphError);
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', message: expect.stringMatching(message) });
    expect((error as Error).message).not.toMatch(/127\.0\.0\.1|http/);
  });

  it('also where the client allowed is none at all', async () => {
    await using realm = await startRealm({ clients: [] });
    await expect(realm.verifier.verify(realm.token())).rejects.toThrow(/\(azp\)/);
  });
});

describe('keys', () => {
  it('that are new are found by their first token, and by all that come at once in one fetch', async () => {
    await using realm = await startRealm();
    await realm.verifier.verify(realm.token());
    realm.clock.advance(2_000);
    realm.keys.push({ ...otherPair(), kid: 'next', extra: {} });
    const tokens = Array.from({ length: 20 }, (_, index) => realm.token({ jti: `${index}` }));
    await Promise.all(tokens.map((token) => realm.verifier.verify(token)));
    expect(realm.server.received.filter(({ path }) => path.endsWith('/certs'))).toHaveLength(2);
  });

  it('are asked for at most six times a minute in a flood of made-up ids', async () => {
    await using realm = await startRealm();
    for (let passed = 0; passed < 60_000; passed += 1_000) {
      await realm.verifier.verify(realm.token({}, { kid: `made-up-${passed}` })).catch(() => undefined);
      realm.clock.advance(1_000);
    }
    expect(realm.server.received.filter(({ path }) => path.endsWith('/certs')).length).toBeLessThanOrEqual(6);
    await expect(realm.verifier.verify(realm.token())).resolves.toBeDefined();
  });

  it.each<[string, Record<string, unknown>]>([
    ['another issuer', { issuer: 'https://evil.example' }],
    ['keys at plain http elsewhere', { jwks_uri: 'http://evil.example/certs' }],
    ['keys nowhere', { jwks_uri: undefined }],
  ])('are not taken from a description of %s', async (_, described) => {
    await using realm = await startRealm();
    realm.described = described;
    await expect(realm.verifier.verify(realm.token())).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      details: { upstream: 'staff' },
      message: 'The issuer "staff" cannot be reached to verify the token.',
    });
  });

  it('that are held serve while the issuer is down', async () => {
    await using realm = await startRealm();
    await realm.verifier.verify(realm.token());
    await realm.server.stop();
    await expect(realm.verifier.verify(realm.token({ jti: 'new' }))).resolves.toBeDefined();
    await expect(realm.verifier.verify(realm.token({}, { kid: 'unknown' }))).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
  });
});
