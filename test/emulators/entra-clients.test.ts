import { createHash, X509Certificate } from 'node:crypto';
import {
  ConfidentialClientApplication,
  InteractionRequiredAuthError,
  type NodeAuthOptions,
  ServerError,
} from '@azure/msal-node';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { generate } from 'selfsigned';
import { Agent, request } from 'undici';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EntraOptions, startEntra } from '../../emulators/entra/index.ts';
import type { LoggedCall } from '../../emulators/kit/call-log.ts';

const tenantId = '11111111-1111-4111-8111-111111111111';
const clientId = '33333333-3333-4333-8333-333333333333';
const scopes = ['https://management.azure.com/.default'];
const federation = { issuer: 'https://cluster.example', subject: 'system:serviceaccount:ml:gateway' };

let certificate: { key: string; cert: string };
let workload: Awaited<ReturnType<typeof generateKeyPair>>;
beforeAll(async () => {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
  certificate = { key: made.private, cert: made.cert };
  workload = await generateKeyPair('RS256');
});

type Started = Awaited<ReturnType<typeof startEntra>>;
let entra: Started;
const start = async (options: Partial<EntraOptions> & { tls?: { key: string; cert: string } } = {}) => {
  const keys = [await exportJWK(workload.publicKey)];
  return await startEntra({
    tenantId,
    clientId,
    clientSecret: 'right',
    certificates: [certificate.cert],
    federatedCredentials: [{ ...federation, keys }],
    ...options,
  });
};
beforeEach(async () => {
  entra = await start();
});
afterEach(() => entra.close());

/** msal-node takes no http authority, but endpoints over http when the metadata is given to it. */
const msal = (credential: Partial<NodeAuthOptions> = { clientSecret: 'right' }) =>
  new ConfidentialClientApplication({
    auth: {
      clientId,
      ...credential,
      authority: `https://login.emulator.example/${tenantId}`,
      knownAuthorities: ['login.emulator.example'],
      authorityMetadata: JSON.stringify({
        issuer: 'https://login.emulator.example/{tenant}/v2.0',
        authorization_endpoint: `${entra.url}/{tenant}/oauth2/v2.0/authorize`,
        token_endpoint: `${entra.url}/{tenant}/oauth2/v2.0/token`,
        jwks_uri: `${entra.url}/{tenant}/discovery/v2.0/keys`,
      }),
    },
  });
const calls = async (): Promise<LoggedCall[]> =>
  (await (await fetch(`${entra.url}/_control/calls`)).json()).calls;

describe('msal-node', () => {
  it('exchanges on behalf of a person, and finds the answer in its cache', async () => {
    const client = msal();
    const oboAssertion = entra.issueUserToken('Ada');
    const first = await client.acquireTokenOnBehalfOf({ scopes, oboAssertion });
    expect(entra.verify(first?.accessToken ?? '', 'https://management.azure.com').name).toBe('Ada');
    const second = await client.acquireTokenOnBehalfOf({ scopes, oboAssertion });
    expect(second?.fromCache).toBe(true);
    expect(await calls()).toHaveLength(1);
  });

  it('gets a token of the application, and finds it in its cache', async () => {
    const client = msal();
    const first = await client.acquireTokenByClientCredential({ scopes });
    const second = await client.acquireTokenByClientCredential({ scopes });
    expect(second).toMatchObject({ fromCache: true, accessToken: first?.accessToken });
    expect(await calls()).toHaveLength(1);
  });

  it('understands interaction_required with its claims', async () => {
    entra.switchOn({ person: 'Ada', kind: 'interaction_required' });
    const oboAssertion = entra.issueUserToken('Ada');
    const refusal = await msal()
      .acquireTokenOnBehalfOf({ scopes, oboAssertion })
      .catch((error) => error);
    expect(refusal).toBeInstanceOf(InteractionRequiredAuthError);
    expect(refusal).toMatchObject({ errorCode: 'interaction_required', errorNo: 50079 });
    expect(JSON.parse(refusal.claims).access_token.polids.values).toHaveLength(1);
  });

  it('understands a wrong secret and an assertion for somebody else', async () => {
    const wrong = await msal({ clientSecret: 'wrong' })
      .acquireTokenByClientCredential({ scopes })
      .catch((error) => error);
    expect(wrong).toBeInstanceOf(ServerError);
    expect(wrong.errorNo).toBe(7000215);
    const oboAssertion = entra.issueUserToken('Ada', { aud: 'https://elsewhere.example' });
    const refusal = await msal()
      .acquireTokenOnBehalfOf({ scopes, oboAssertion })
      .catch((error) => error);
    expect([refusal.errorCode, refusal.errorNo]).toEqual(['invalid_grant', 500131]);
  });

  it('proves itself by a certificate', async () => {
    const thumbprintSha256 = createHash('sha256')
      .update(new X509Certificate(certificate.cert).raw)
      .digest('hex');
    const credential = { clientCertificate: { thumbprintSha256, privateKey: certificate.key } };
    const answer = await msal(credential).acquireTokenByClientCredential({ scopes });
    expect(entra.verify(answer?.accessToken ?? '', 'https://management.azure.com').idtyp).toBe('app');
  });

  it('finds the endpoints by discovery over TLS', async () => {
    await using tls = disposable(await start({ tls: certificate }));
    await using agent = disposable(new Agent({ connect: { ca: certificate.cert } }));
    const send =
      (method: 'GET' | 'POST') =>
      async (url: string, options?: { headers?: Record<string, string>; body?: string }) => {
        const answer = await request(url, { method, ...options, dispatcher: agent });
        const headers = answer.headers as Record<string, string>;
        return { status: answer.statusCode, headers, body: (await answer.body.json()) as never };
      };
    const client = new ConfidentialClientApplication({
      auth: {
        clientId,
        clientSecret: 'right',
        authority: `${tls.url}/${tenantId}`,
        knownAuthorities: [new URL(tls.url).host],
      },
      system: { networkClient: { sendGetRequestAsync: send('GET'), sendPostRequestAsync: send('POST') } },
    });
    const oboAssertion = tls.issueUserToken('Ben');
    const answer = await client.acquireTokenOnBehalfOf({ scopes, oboAssertion });
    expect(tls.verify(answer?.accessToken ?? '', 'https://management.azure.com').name).toBe('Ben');
  });
});

const disposable = <T extends { close(): Promise<void> }>(value: T): T & AsyncDisposable =>
  Object.assign(value, { [Symbol.asyncDispose]: () => value.close() });

describe('a client assertion', () => {
  const ask = async (assertion: string, type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer') => {
    const response = await fetch(`${entra.url}/${tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        scope: scopes.join(' '),
        client_assertion_type: type,
        client_assertion: assertion,
      }),
    });
    const body = await response.json();
    return [response.status, body.error ?? 'none', ...(body.error_codes ?? [])];
  };
  const federated = (claims: JWTPayload = {}, key = workload.privateKey, expiry = '5m') =>
    new SignJWT({
      iss: federation.issuer,
      sub: federation.subject,
      aud: 'api://AzureADTokenExchange',
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256' })
      .setExpirationTime(expiry)
      .sign(key);

  it('of a federated issuer is taken', async () => {
    expect(await ask(await federated())).toEqual([200, 'none']);
    expect(await ask(await federated({ aud: ['api://AzureADTokenExchange', 'other'] }))).toEqual([
      200,
      'none',
    ]);
  });

  it.each<[number, JWTPayload]>([
    [700211, { iss: 'https://other.example' }],
    [700213, { sub: 'system:serviceaccount:ml:other' }],
    [700212, { aud: 'other' }],
  ])('without a matching record is refused with %i', async (code, claims) => {
    expect(await ask(await federated(claims))).toEqual([401, 'invalid_client', code]);
  });

  it('of another key, out of time, malformed or of another type is refused', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    expect(await ask(await federated({}, privateKey))).toEqual([401, 'invalid_client', 700027]);
    expect(await ask(await federated({}, undefined, '-10m'))).toEqual([401, 'invalid_client', 700024]);
    expect(await ask('nonsense')).toEqual([401, 'invalid_client', 50027]);
    expect(await ask(await federated(), 'other')).toEqual([400, 'invalid_request', 900144]);
  });

  describe('by certificate', () => {
    const signed = async (claims: JWTPayload, thumbprint = true) => {
      const { importPKCS8 } = await import('jose');
      const x5t = createHash('sha256').update(new X509Certificate(certificate.cert).raw).digest('base64url');
      return await new SignJWT({
        iss: clientId,
        sub: clientId,
        aud: `${entra.url}/${tenantId}/oauth2/v2.0/token`,
        ...claims,
      })
        .setProtectedHeader({ alg: 'PS256', 'x5t#S256': thumbprint ? x5t : 'other' })
        .setExpirationTime('5m')
        .sign(await importPKCS8(certificate.key, 'PS256'));
    };

    it('is taken for this endpoint and this client only', async () => {
      expect(await ask(await signed({}))).toEqual([200, 'none']);
      expect(await ask(await signed({}, false))).toEqual([401, 'invalid_client', 700027]);
      expect(await ask(await signed({ sub: 'other' }))).toEqual([401, 'invalid_client', 50048]);
      expect(await ask(await signed({ aud: 'https://elsewhere.example' }))).toEqual([
        401,
        'invalid_client',
        50027,
      ]);
    });
  });
});
