import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import jwksClient from 'jwks-rsa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEntra, startEntra, TokenRefused } from '../../emulators/entra/index.ts';

const tenantId = '11111111-1111-4111-8111-111111111111';
const otherTenant = '22222222-2222-4222-8222-222222222222';
const clientId = '33333333-3333-4333-8333-333333333333';
const registration = { tenantId, clientId, clientSecret: 'right', otherTenants: [otherTenant] };
const databricks = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';
const arm = 'https://management.azure.com';

let now = Date.UTC(2026, 10, 22);
let entra: Awaited<ReturnType<typeof startEntra>>;
beforeAll(async () => {
  entra = await startEntra({ ...registration, clock: () => now });
});
afterAll(() => entra.close());
beforeEach(() => entra.switchesOff());

const json = async (path: string, init?: RequestInit) => (await fetch(`${entra.url}${path}`, init)).json();

type Form = Record<string, string | undefined>;
const post = (form: Form, tenant = tenantId) => {
  const fields = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const body = new URLSearchParams(fields);
  return fetch(`${entra.url}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body });
};
const exchange = (form: Form = {}, tenant = tenantId) =>
  post(
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      requested_token_use: 'on_behalf_of',
      client_id: clientId,
      client_secret: 'right',
      scope: `${arm}/.default openid profile offline_access`,
      client_info: '1',
      assertion: entra.issueUserToken('Ada'),
      ...form,
    },
    tenant,
  );
const outcome = async (response: Response) => {
  const body = await response.json();
  return { status: response.status, error: body.error, codes: body.error_codes, body };
};

describe('discovery', () => {
  it('gives a tenant its own issuer, and common and organizations the template', async () => {
    const read = async (path: string) => (await json(`/${path}/.well-known/openid-configuration`)).issuer;
    expect(await read(`${tenantId}/v2.0`)).toBe(`${entra.url}/${tenantId}/v2.0`);
    expect(await read(tenantId)).toBe(`${entra.url}/${tenantId}/`);
    expect(await read('common/v2.0')).toBe(`${entra.url}/{tenantid}/v2.0`);
    expect(await read('organizations')).toBe(`${entra.url}/{tenantid}/`);
    const unknown = `${entra.url}/44444444-4444-4444-8444-444444444444/v2.0/.well-known/openid-configuration`;
    expect((await fetch(unknown)).status).toBe(404);
  });

  it('names the key set, whose keys have an issuer, and no alg or x5c', async () => {
    const v2 = await json('/common/v2.0/.well-known/openid-configuration');
    const [key] = (await json(new URL(v2.jwks_uri).pathname)).keys;
    expect(key).toMatchObject({ kty: 'RSA', use: 'sig', e: 'AQAB', issuer: `${entra.url}/{tenantid}/v2.0` });
    expect(Object.keys(key)).not.toEqual(expect.arrayContaining(['alg']));
    expect(Object.keys(key)).not.toEqual(expect.arrayContaining(['x5c']));
    const [first] = (await json('/common/discovery/keys')).keys;
    expect(first).toMatchObject({ kid: key.kid, issuer: `${entra.url}/{tenantid}/` });
  });
});

describe('tokens of people', () => {
  const keys = () => createRemoteJWKSet(new URL(`${entra.url}/common/discovery/v2.0/keys`));

  it('verify with jose as version 2.0, for a day', async () => {
    const { payload } = await jwtVerify(entra.issueUserToken('Grace'), keys(), {
      algorithms: ['RS256'],
      issuer: `${entra.url}/${tenantId}/v2.0`,
      audience: clientId,
      currentDate: new Date(now),
    });
    expect(payload).toMatchObject({
      ver: '2.0',
      tid: tenantId,
      oid: 'c5d482a7-39e6-4b91-b7c0-e81a4f6d2303',
      scp: 'access_as_user',
      name: 'Grace',
      preferred_username: 'grace@contoso.example',
      roles: ['mlgraph.member', 'mlgraph.admin'],
    });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(86_400);
    expect(decodeJwt(entra.issueUserToken('Ada')).roles).toEqual(['mlgraph.member']);
    expect(decodeJwt(entra.issueUserToken('Olaf')).roles).toBeUndefined();
  });

  it('verify as version 1.0 of another tenant', async () => {
    const token = entra.issueUserToken('Ada', { ver: '1.0', tid: otherTenant });
    const { payload } = await jwtVerify(token, keys(), { currentDate: new Date(now) });
    expect(payload).toMatchObject({
      ver: '1.0',
      iss: `${entra.url}/${otherTenant}/`,
      aud: `api://${clientId}`,
      upn: 'ada@contoso.example',
    });
    expect(payload.preferred_username).toBeUndefined();
  });

  it('verify with a key found by jwks-rsa', async () => {
    const token = entra.issueUserToken('Ben');
    const client = jwksClient({ jwksUri: `${entra.url}/common/discovery/v2.0/keys` });
    const key = await client.getSigningKey(decodeProtectedHeader(token).kid);
    const pem = await import('node:crypto').then(({ createPublicKey }) =>
      createPublicKey(key.getPublicKey()),
    );
    const { payload } = await jwtVerify(token, pem, { currentDate: new Date(now) });
    expect(payload.oid).toBe(entra.people[1]?.oid);
  });

  it('can lack a claim, and hold others', () => {
    const claims = decodeJwt(entra.issueUserToken('Ada', { scp: undefined, amr: ['mfa'] }));
    expect(claims.scp).toBeUndefined();
    expect(claims.amr).toEqual(['mfa']);
  });

  it('of nobody there are none', () => {
    expect(() => entra.issueUserToken('Zoe')).toThrow('no "Zoe"');
  });
});

describe('on behalf of', () => {
  it('gives a token of that person for that resource', async () => {
    const response = await exchange({ 'client-request-id': 'c-1' });
    const body = await response.json();
    expect(response.headers.get('client-request-id')).toBe('c-1');
    expect(body).toMatchObject({
      token_type: 'Bearer',
      scope: `${arm}/user_impersonation ${arm}/.default`,
      ext_expires_in: body.expires_in,
    });
    expect(body.expires_in).toBeGreaterThanOrEqual(3600);
    expect(body.expires_in).toBeLessThanOrEqual(5400);
    const info = JSON.parse(Buffer.from(body.client_info, 'base64url').toString());
    expect(info).toEqual({ uid: entra.people[0]?.oid, utid: tenantId });
    expect(entra.verify(body.access_token, arm)).toMatchObject({
      aud: arm,
      oid: entra.people[0]?.oid,
      scp: 'user_impersonation',
      appid: clientId,
    });
  });

  it.each([
    ['https://ml.azure.com/.default', 'https://ml.azure.com'],
    ['https://ai.azure.com/.default', 'https://ai.azure.com'],
    ['https://storage.azure.com/.default', 'https://storage.azure.com'],
    ['https://contoso.blob.core.windows.net/.default', 'https://storage.azure.com'],
    ['https://management.azure.com//.default', arm],
    [`${databricks}/.default`, databricks],
    [`${databricks}/user_impersonation`, databricks],
  ])('takes %s for the audience %s', async (scope, audience) => {
    const { access_token } = await (await exchange({ scope })).json();
    expect(decodeJwt(access_token).aud).toBe(audience);
  });

  it('takes a version 1.0 token, in the tenant of the person', async () => {
    const assertion = entra.issueUserToken('Ada', { ver: '1.0', tid: otherTenant });
    expect((await exchange({ assertion }, otherTenant)).status).toBe(200);
    expect((await outcome(await exchange({ assertion }))).codes).toEqual([50013]);
  });

  it('gives client_info only when asked', async () => {
    expect((await (await exchange({ client_info: undefined })).json()).client_info).toBeUndefined();
  });

  it.each<[number, string, () => Form]>([
    [50013, 'a token that is none', () => ({ assertion: 'nonsense' })],
    [50013, 'a changed token', () => ({ assertion: tampered(entra.issueUserToken('Ada')) })],
    [50013, 'an unknown key', () => ({ assertion: foreign.issueUserToken('Ada') })],
    [
      50013,
      'an issuer that is not ours',
      () => ({ assertion: entra.issueUserToken('Ada', { iss: 'https://elsewhere.example/' }) }),
    ],
    [
      500133,
      'an expired token',
      () => ({ assertion: entra.issueUserToken('Ada', { exp: Math.floor(now / 1000) - 1 }) }),
    ],
    [
      500133,
      'a token from the future',
      () => ({ assertion: entra.issueUserToken('Ada', { nbf: Math.floor(now / 1000) + 3600 }) }),
    ],
    [500131, 'a token for another API', () => ({ assertion: entra.issueUserToken('Ada', { aud: arm }) })],
    [240002, 'an id token', () => ({ assertion: entra.issueUserToken('Ada', { scp: undefined }) })],
    [
      7000114,
      "an application's token",
      () => ({ assertion: entra.issueUserToken('Ada', { scp: undefined, idtyp: 'app' }) }),
    ],
  ])('refuses with %i %s', async (code, _, form) => {
    const { status, error, codes } = await outcome(await exchange(form()));
    expect([status, error, codes]).toEqual([400, 'invalid_grant', [code]]);
  });

  it.each([
    [400, 'invalid_request', 900144, { assertion: undefined }],
    [400, 'invalid_request', 900144, { requested_token_use: undefined }],
    [400, 'invalid_request', 900144, { scope: undefined }],
    [400, 'invalid_request', 900144, { grant_type: undefined }],
    [400, 'invalid_request', 900144, { client_id: undefined }],
    [400, 'unsupported_grant_type', 70003, { grant_type: 'password' }],
    [400, 'invalid_scope', 70011, { scope: 'read' }],
    [400, 'invalid_scope', 700023, { scope: 'openid profile' }],
    [400, 'invalid_scope', 700022, { scope: `${arm}/.default https://ml.azure.com/.default` }],
    [400, 'invalid_resource', 500011, { scope: 'https://unknown.example/.default' }],
    [400, 'invalid_request', 50027, { claims: '{' }],
    [400, 'unauthorized_client', 700016, { client_id: otherTenant }],
    [401, 'invalid_client', 7000215, { client_secret: 'wrong' }],
    [401, 'invalid_client', 7000218, { client_secret: undefined }],
  ])('answers %i %s %i to %j', async (status, error, code, form) => {
    expect(await outcome(await exchange(form))).toMatchObject({ status, error, codes: [code] });
  });

  it('knows its tenants, and refuses common', async () => {
    expect((await outcome(await exchange({}, 'common'))).codes).toEqual([9001023]);
    expect((await outcome(await exchange({}, '99999999-9999-4999-8999-999999999999'))).codes).toEqual([
      90002,
    ]);
  });

  it('words an error as Entra ID does', async () => {
    const { body } = await outcome(await exchange({ client_secret: 'wrong', 'client-request-id': 'c-2' }));
    expect(body.timestamp).toBe('2026-11-22 00:00:00Z');
    expect(body.correlation_id).toBe('c-2');
    expect(body.error_description).toMatch(
      new RegExp(`^AADSTS7000215: .* Trace ID: ${body.trace_id} Correlation ID: c-2 Timestamp: 2026-`),
    );
    expect(body.error_description).not.toContain('wrong');
  });

  const foreign = createEntra({ ...registration, origin: () => entra.url });
  const tampered = (token: string) => {
    const [header, , signature] = token.split('.');
    const claims = Buffer.from(JSON.stringify({ ...decodeJwt(token), name: 'Grace' })).toString('base64url');
    return [header, claims, signature].join('.');
  };
});

describe('client credentials', () => {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: 'right' };

  it('give the application a token, and never client_info', async () => {
    const body = await (await post({ ...form, scope: `${arm}/.default`, client_info: '1' })).json();
    expect(body.client_info).toBeUndefined();
    const claims = entra.verify(body.access_token, arm);
    expect(claims).toMatchObject({ idtyp: 'app', oid: clientId });
    expect(claims.scp).toBeUndefined();
  });

  it('give it one for Databricks, as itself', async () => {
    const { access_token } = await (await post({ ...form, scope: `${databricks}/.default` })).json();
    expect(entra.verify(access_token, databricks)).toMatchObject({
      aud: databricks,
      idtyp: 'app',
      oid: clientId,
      appid: clientId,
    });
  });

  it('for the gateway itself give a token without a scope', async () => {
    const { access_token } = await (await post({ ...form, scope: `api://${clientId}/.default` })).json();
    const claims = decodeJwt(access_token);
    expect([claims.aud, claims.ver, claims.scp]).toEqual([clientId, '2.0', undefined]);
  });
});

describe('a resource', () => {
  const refusal = (act: () => unknown): TokenRefused => {
    try {
      act();
    } catch (error) {
      if (error instanceof TokenRefused) return error;
      throw error;
    }
    throw new Error('It was not refused.');
  };
  const armToken = async (form: Form = {}) => (await (await exchange(form)).json()).access_token as string;

  it('takes an audience with or without its slash, and no other', async () => {
    const token = await armToken();
    expect(entra.verify(token, `${arm}/`).oid).toBe(entra.people[0]?.oid);
    const wrong = refusal(() => entra.verify(token, 'https://storage.azure.com'));
    expect([wrong.status, wrong.code]).toEqual([401, 'InvalidAuthenticationTokenAudience']);
  });

  it('refuses what has expired, and what is no token', async () => {
    const token = await armToken();
    now += 2 * 3600 * 1000;
    expect(refusal(() => entra.verify(token, arm)).code).toBe('ExpiredAuthenticationToken');
    now -= 2 * 3600 * 1000;
    expect(refusal(() => entra.verify('a.b.c', arm)).code).toBe('InvalidAuthenticationToken');
  });

  it('challenges after a revocation, until the exchange carried the claims', async () => {
    const [ada, ben] = [await armToken(), await armToken({ assertion: entra.issueUserToken('Ben') })];
    entra.switchOn({ person: 'Ada', kind: 'revoked' });
    const { wwwAuthenticate } = refusal(() => entra.verify(ada, arm));
    expect(wwwAuthenticate).toMatch(/error="insufficient_claims", claims="/);
    const claims = Buffer.from(/claims="([^"]+)"/.exec(wwwAuthenticate)?.[1] ?? '', 'base64').toString();
    expect(entra.verify(ben, arm).name).toBe('Ben');
    expect(() => entra.verify(ada, arm)).toThrow(TokenRefused);
    const again = await armToken();
    expect(() => entra.verify(again, arm)).toThrow(TokenRefused);
    expect(entra.verify(await armToken({ claims }), arm).name).toBe('Ada');
  });
});

describe('switches of one person', () => {
  const ask = async (form?: Form) => outcome(await exchange(form));

  it('interaction_required holds claims, and ends with a token that has MFA', async () => {
    entra.switchOn({ person: 'Ada', kind: 'interaction_required' });
    const { status, error, codes, body } = await ask();
    expect([status, error, codes, body.suberror]).toEqual([
      400,
      'interaction_required',
      [50079],
      'basic_action',
    ]);
    expect(JSON.parse(body.claims).access_token.polids.essential).toBe(true);
    expect((await ask({ assertion: entra.issueUserToken('Ben') })).status).toBe(200);
    expect((await ask({ assertion: entra.issueUserToken('Ada', { amr: ['pwd', 'mfa'] }) })).status).toBe(200);
  });

  it('consent and blocking have their errors', async () => {
    entra.switchOn({ person: 'Ada', kind: 'consent_required', times: 1 });
    entra.switchOn({ person: 'Ada', kind: 'blocked', times: 1 });
    const consent = await ask();
    expect([consent.error, consent.body.suberror, consent.codes]).toEqual([
      'invalid_grant',
      'consent_required',
      [65001],
    ]);
    const blocked = await ask();
    expect([blocked.error, blocked.codes, blocked.body.claims]).toEqual([
      'access_denied',
      [53003],
      undefined,
    ]);
    expect((await ask()).status).toBe(200);
  });

  it('throttled, unavailable and html are failures of the service', async () => {
    entra.switchOn({ person: 'Ada', kind: 'throttled', retryAfter: 9, times: 1 });
    const throttled = await exchange();
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '9']);
    expect((await throttled.json()).error_codes).toEqual([90055]);
    entra.switchOn({ person: 'Ada', kind: 'unavailable', times: 1 });
    expect((await ask()).codes).toEqual([90033]);
    entra.switchOn({ person: 'Ada', kind: 'html', times: 1 });
    const html = await exchange();
    expect([html.status, html.headers.get('content-type')]).toEqual([502, 'text/html']);
  });

  it('are reached by the control route', async () => {
    const on = (body: unknown) =>
      fetch(`${entra.url}/_control/switches`, { method: 'POST', body: JSON.stringify(body) });
    expect((await on({ person: 'Ada', kind: 'blocked' })).status).toBe(204);
    expect((await ask()).codes).toEqual([53003]);
    await fetch(`${entra.url}/_control/switches`, { method: 'DELETE' });
    expect((await ask()).status).toBe(200);
    expect((await on({ person: 'Zoe', kind: 'blocked' })).status).toBe(400);
    expect((await on({ person: 'Ada', kind: 'nonsense' })).status).toBe(400);
  });
});

describe('keys', () => {
  it('rotate: both verify, until the old one is dropped', async () => {
    const old = entra.issueUserToken('Ada');
    const { kid } = await json('/_control/keys/rotate', { method: 'POST', body: '{}' });
    const fresh = entra.issueUserToken('Ada');
    expect(decodeProtectedHeader(fresh).kid).toBe(kid);
    expect(entra.jwks().keys).toHaveLength(2);
    expect((await exchange({ assertion: old })).status).toBe(200);
    entra.rotateKey({ dropOld: true });
    expect(entra.jwks().keys).toHaveLength(1);
    expect((await outcome(await exchange({ assertion: old }))).codes).toEqual([50013]);
  });

  it('can be bound to one tenant', () => {
    entra.rotateKey({ issuer: `${entra.url}/${otherTenant}/v2.0` });
    expect(entra.jwks().keys[0]?.issuer).toBe(`${entra.url}/${otherTenant}/v2.0`);
  });

  it('outlive a restart, in a file of the owner alone', () => {
    const home = mkdtempSync(join(tmpdir(), 'mlgraph-entra-'));
    const statePath = join(home, 'entra.json');
    const token = createEntra({ ...registration, statePath }).issueUserToken('Ada');
    expect(statSync(statePath).mode & 0o777).toBe(0o600);
    expect(createEntra({ ...registration, statePath }).verify(token, clientId).name).toBe('Ada');
    expect(() => createEntra(registration).verify(token, clientId)).toThrow(TokenRefused);
    rmSync(home, { recursive: true });
  });
});

describe('the log of calls', () => {
  it('names the person, the grant and the scope, and no secret', async () => {
    await fetch(`${entra.url}/_control/calls`, { method: 'DELETE' });
    const assertion = entra.issueUserToken('Ben');
    await exchange({ assertion });
    await post({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: 'right',
      scope: 'https://ml.azure.com/.default',
    });
    const text = await (await fetch(`${entra.url}/_control/calls`)).text();
    expect(JSON.parse(text).calls).toMatchObject([
      { caller: 'Ben', details: { scope: expect.stringContaining(arm) } },
      { caller: 'application', details: { grant: 'client_credentials' } },
    ]);
    expect(text).not.toContain(assertion);
    expect(text).not.toContain('right');
  });

  it('lets a fault meet one person only', async () => {
    const fault = { kind: 'status', status: 429, retryAfter: 3, caller: 'Ben', times: 1 };
    await fetch(`${entra.url}/_control/faults`, { method: 'POST', body: JSON.stringify(fault) });
    expect((await exchange()).status).toBe(200);
    const { status, codes } = await outcome(await exchange({ assertion: entra.issueUserToken('Ben') }));
    expect([status, codes]).toEqual([429, [90055]]);
  });
});
