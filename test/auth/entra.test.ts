import { describe, expect, it } from 'vitest';
import { createEntraVerifier } from '../../src/auth/entra.ts';
import { MlgraphError } from '../../src/domain/errors.ts';
import { clientId, type Issuer, otherTenantId, personId, tenantId } from './support/issuer.ts';
import { startVerifying } from './support/verifier.ts';

describe('a good token', () => {
  it('of v2 tells who the person is', async () => {
    await using entra = await startVerifying();
    const caller = await entra.verifier.verify(entra.issuer.token());
    expect(caller).toEqual({
      kind: 'USER',
      key: `entra:${tenantId}:${personId}`,
      issuerKind: 'entra',
      tenantId,
      subject: personId,
      issuer: `${entra.issuer.url}/${tenantId}/v2.0`,
      name: 'Ada Moe',
      email: 'ada@contoso.example',
      emailVerified: false,
      userName: null,
      roles: [],
      role: 'MEMBER',
      scopes: ['READ', 'TRAIN', 'PREDICT', 'CHAT', 'DEPLOY', 'KEYS'],
      expiresAt: new Date((Math.floor(entra.clock.now() / 1000) + 3600) * 1000),
      apiKey: null,
    });
  });

  it('of v1 is of the same person, by other claims', async () => {
    await using entra = await startVerifying();
    const [first, second] = [entra.issuer.tokenV1(), entra.issuer.token()];
    const callers = [await entra.verifier.verify(first), await entra.verifier.verify(second)];
    expect(callers[0]?.key).toBe(callers[1]?.key);
    expect(callers[0]).toMatchObject({
      email: 'ada@contoso.example',
      issuer: `${entra.issuer.url}/${tenantId}/`,
    });
  });

  it('of v1 may name the client id as its audience too', async () => {
    await using entra = await startVerifying();
    await expect(entra.verifier.verify(entra.issuer.tokenV1({ aud: clientId }))).resolves.toMatchObject({
      tenantId,
    });
  });

  it('with the app role makes an administrator of every scope', async () => {
    await using entra = await startVerifying();
    const caller = await entra.verifier.verify(entra.issuer.token({ roles: ['other', 'mlgraph.admin'] }));
    expect(caller).toMatchObject({ role: 'ADMIN', roles: ['other', 'mlgraph.admin'] });
    expect(caller.scopes).toContain('ADMIN');
  });

  it('of any admitted tenant is taken, with keys of all tenants', async () => {
    await using entra = await startVerifying({ tenants: [tenantId, otherTenantId] });
    const iss = `${entra.issuer.url}/${otherTenantId}/v2.0`;
    const caller = await entra.verifier.verify(entra.issuer.token({ tid: otherTenantId, iss }));
    expect(caller.key).toBe(`entra:${otherTenantId}:${personId}`);
    expect(entra.issuer.server.received.map(({ path }) => path)).toEqual(['/common/discovery/v2.0/keys']);
  });

  it('a minute off our clock is still taken', async () => {
    await using entra = await startVerifying();
    const seconds = Math.floor(entra.clock.now() / 1000);
    await expect(entra.verifier.verify(entra.issuer.token({ exp: seconds - 50 }))).resolves.toBeDefined();
    await expect(entra.verifier.verify(entra.issuer.token({ nbf: seconds + 50 }))).resolves.toBeDefined();
  });
});

/** Each: what is wrong, the token, and what the answer must say. */
const bad: [string, (issuer: Issuer) => string, RegExp][] = [
  ['no JWT', () => 'abc', /not a JWT/],
  ['two parts', (issuer) => issuer.token().split('.').slice(0, 2).join('.'), /not a JWT/],
  ['far too long', () => 'a'.repeat(40_000), /too long/],
  ['alg none', (issuer) => unsigned(issuer, 'none'), /RS256 \(alg\)/],
  ['alg nONE', (issuer) => unsigned(issuer, 'nONE'), /RS256 \(alg\)/],
  ['HS256 with the public key', (issuer) => issuer.signHmac(issuer.claims()), /RS256 \(alg\)/],
  ['RS384', (issuer) => issuer.token({}, { alg: 'RS384' }), /RS256 \(alg\)/],
  ['no kid', (issuer) => issuer.token({}, { kid: undefined }), /\(kid\)/],
  ['unknown kid', (issuer) => issuer.token({}, { kid: 'made-up' }), /\(kid\) is not known/],
  ['a key of our own under a known kid', (issuer) => selfSigned(issuer), /signature/],
  ['changed claims', (issuer) => tampered(issuer), /signature/],
  ['another audience', (issuer) => issuer.token({ aud: '00000003-0000-0000-c000-000000000000' }), /\(aud\)/],
  ['the App ID URI in v2', (issuer) => issuer.token({ aud: `api://${clientId}` }), /\(aud\)/],
  ['several audiences', (issuer) => issuer.token({ aud: [clientId, 'other'] }), /aud/],
  ['another tenant', (issuer) => ofTenant(issuer, otherTenantId), /\(tid\)/],
  ['no tenant', (issuer) => issuer.token({ tid: undefined }), /tid/],
  ['a tenant that is no GUID', (issuer) => ofTenant(issuer, '../common'), /tid/],
  ['another issuer', (issuer) => issuer.token({ iss: 'https://evil.example/v2.0' }), /\(iss\)/],
  ['the v1 issuer in v2', (issuer) => issuer.token({ iss: `${issuer.url}/${tenantId}/` }), /\(iss\)/],
  ['the v2 issuer in v1', (issuer) => issuer.tokenV1({ iss: `${issuer.url}/${tenantId}/v2.0` }), /\(iss\)/],
  ['expired', (issuer) => issuer.token({ exp: Date.now() / 1000 - 120 }), /expired \(exp\)/],
  ['no exp', (issuer) => issuer.token({ exp: undefined }), /exp/],
  ['not valid yet', (issuer) => issuer.token({ nbf: Date.now() / 1000 + 120 }), /\(nbf\)/],
  ['no oid', (issuer) => issuer.token({ oid: undefined }), /oid/],
  ['no version', (issuer) => issuer.token({ ver: undefined }), /ver/],
];

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (issuer: Issuer, alg: string) =>
  `${part({ alg, kid: issuer.key().kid })}.${part(issuer.claims())}.`;
const ofTenant = (issuer: Issuer, tid: string) => issuer.token({ tid, iss: `${issuer.url}/${tid}/v2.0` });

function selfSigned(issuer: Issuer): string {
  const { kid } = issuer.key();
  return issuer.sign({ alg: 'RS256', kid }, issuer.claims(), issuer.rotate());
}
function tampered(issuer: Issuer): string {
  const [header, , signature] = issuer.token().split('.');
  return `${header}.${part(issuer.claims({ roles: ['mlgraph.admin'] }))}.${signature}`;
}

describe('a bad token is UNAUTHENTICATED and told why', () => {
  it.each(bad)('%s', async (_, tokenOf, message) => {
    await using entra = await startVerifying();
    const token = tokenOf(entra.issuer);
    const error = await entra.verifier.verify(token).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MlgraphError);
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', message: expect.stringMatching(message) });
    expect((error as Error).message).not.toContain(token.slice(0, 20));
    expect((error as Error).message).not.toMatch(/127\.0\.0\.1|http/);
  });
});

describe('a token that cannot be exchanged is FORBIDDEN', () => {
  it.each([
    ["an application's own", { scp: undefined, roles: ['mlgraph.admin'], idtyp: 'app' }, /delegated scope/],
    ['an application that states a scope', { idtyp: 'app' }, /delegated scope/],
    ['another scope', { scp: 'openid access_as_user2' }, /lacks the scope access_as_user/],
  ])('%s', async (_, claims, message) => {
    await using entra = await startVerifying();
    await expect(entra.verifier.verify(entra.issuer.token(claims))).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(message),
    });
  });
});

describe('keys bound to an issuer', () => {
  it('sign for their own tenant', async () => {
    await using entra = await startVerifying();
    entra.issuer.rotate({ issuer: `${entra.issuer.url}/${tenantId}/v2.0` });
    await expect(entra.verifier.verify(entra.issuer.token())).resolves.toMatchObject({ tenantId });
  });

  it('do not sign for another tenant', async () => {
    await using entra = await startVerifying();
    entra.issuer.rotate({ issuer: `${entra.issuer.url}/${otherTenantId}/v2.0` });
    await expect(entra.verifier.verify(entra.issuer.token())).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringMatching(/key's issuer/),
    });
  });
});

describe('a verified token', () => {
  it('is remembered: the same answer, without a signature', async () => {
    await using entra = await startVerifying();
    const token = entra.issuer.token();
    const [first, parallel] = await Promise.all([entra.verifier.verify(token), entra.verifier.verify(token)]);
    expect(parallel).toBe(first);
    await expect(entra.verifier.verify(token)).resolves.toBe(first);
  });

  it('is refused all the same once it has expired', async () => {
    await using entra = await startVerifying();
    const token = entra.issuer.token();
    await entra.verifier.verify(token);
    entra.clock.advance(3600_000 + 59_000);
    await expect(entra.verifier.verify(token)).resolves.toBeDefined();
    entra.clock.advance(2_000);
    await expect(entra.verifier.verify(token)).rejects.toMatchObject({
      message: expect.stringMatching(/exp/),
    });
  });
});

describe('the authority', () => {
  it.each(['http://login.example.com', 'not a url', 'https://login.example.com/tenant'])(
    'may not be %s',
    (authorityHost) => {
      const settings = { tenants: [tenantId], clientId, audiences: [], requiredScope: 's', authorityHost };
      const clock = { now: Date.now, sleep: async () => undefined };
      expect(() => createEntraVerifier(settings, { clock })).toThrow(MlgraphError);
    },
  );

  it('of the public cloud issues v1 tokens under a host of their own', async () => {
    await using entra = await startVerifying();
    const settings = {
      tenants: [tenantId],
      clientId,
      audiences: [`api://${clientId}`],
      requiredScope: 'access_as_user',
      authorityHost: 'https://login.microsoftonline.com/',
    };
    const jwk = entra.issuer.key().publicKey.export({ format: 'jwk' });
    const fetched: string[] = [];
    const verifier = createEntraVerifier(settings, {
      clock: entra.clock,
      fetchKeys: async (uri) => {
        fetched.push(uri);
        return { keys: [{ ...jwk, kid: entra.issuer.key().kid }] };
      },
    });
    const iss = `https://sts.windows.net/${tenantId}/`;
    await expect(verifier.verify(entra.issuer.tokenV1({ iss }))).resolves.toMatchObject({ issuer: iss });
    expect(fetched).toEqual([`https://login.microsoftonline.com/${tenantId}/discovery/keys`]);
    await verifier.close();
  });
});
