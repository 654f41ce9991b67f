import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEntra } from '../../emulators/entra/index.ts';
import type { Credential } from '../../src/auth/credential.ts';
import { createEntraVerifier } from '../../src/auth/entra.ts';
import { createTokenExchange } from '../../src/auth/token-exchange.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { clientId, tenantId } from './support/issuer.ts';
import { arm } from './support/token-endpoint.ts';

const cluster = 'https://cluster.example';
const subject = 'system:serviceaccount:ml:gateway';
const signal = new AbortController().signal;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'credential-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** An issuer that knows the gateway by all three kinds of credential, asked with one of them, for Ada. */
async function exchangeWith(
  credential: Credential,
  known: Partial<Parameters<typeof startEntra>[0]> = {},
): Promise<string> {
  const entra = await startEntra({ clientId, tenantId, clientSecret: 'right', ...known });
  const settings = { tenantId, clientId, authorityHost: entra.url };
  const exchange = createTokenExchange({ ...settings, credential }, { clock: systemClock });
  const verifier = createEntraVerifier(
    { ...settings, tenants: [tenantId], audiences: [], requiredScope: 'access_as_user' },
    { clock: systemClock },
  );
  try {
    const assertion = entra.issueUserToken('Ada');
    const caller = await verifier.verify(assertion);
    const token = await exchange.onBehalfOf({ caller, assertion: () => assertion }, arm, { signal });
    return entra.callerName(token) ?? 'nobody';
  } finally {
    await Promise.all([exchange.close(), verifier.close(), entra.close()]);
  }
}

async function certificateFile(): Promise<{ path: string; cert: string }> {
  const pems = await generate([{ name: 'commonName', value: 'gateway' }], {
    keySize: 2048,
    algorithm: 'sha256',
  });
  const path = join(folder, `${pems.fingerprint.replaceAll(':', '')}.pem`);
  await writeFile(path, `${pems.private}\n${pems.cert}`);
  return { path, cert: pems.cert };
}

describe('the credential', () => {
  it('may be a secret', async () => {
    await expect(exchangeWith({ kind: 'secret', secret: 'right' })).resolves.toBe('Ada');
  });

  it('refused is UPSTREAM_ERROR that says so, without the secret', async () => {
    const error = await exchangeWith({ kind: 'secret', secret: 'wrong-one' }).catch(
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({
      code: 'UPSTREAM_ERROR',
      message: "The gateway's own credential was refused by Entra.",
      details: { upstream: 'entra', requestId: expect.stringMatching(/^[\w-]{36}$/) },
    });
    expect(String((error as Error).cause)).not.toContain('wrong-one');
  });

  it('may be a certificate', async () => {
    const { path, cert } = await certificateFile();
    await expect(exchangeWith({ kind: 'certificate', path }, { certificates: [cert] })).resolves.toBe('Ada');
  });

  it('that is a certificate Entra does not know is refused', async () => {
    const [own, known] = [await certificateFile(), await certificateFile()];
    const asked = exchangeWith({ kind: 'certificate', path: own.path }, { certificates: [known.cert] });
    await expect(asked).rejects.toMatchObject({ code: 'UPSTREAM_ERROR' });
  });

  it('may be a token of a trusted issuer, in a file', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'RS256', kid: 'cluster-1' })
      .setIssuer(cluster)
      .setSubject(subject)
      .setAudience('api://AzureADTokenExchange')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
    const path = join(folder, 'token');
    await writeFile(path, `${token}\n`);
    const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'cluster-1' }];
    const federatedCredentials = [{ issuer: cluster, subject, keys }];
    await expect(exchangeWith({ kind: 'federated', path }, { federatedCredentials })).resolves.toBe('Ada');
  });

  it.each(['certificate', 'federated'] as const)(
    'whose file (%s) is not there says so, without its path',
    async (kind) => {
      const path = join(folder, 'absent');
      const error = await exchangeWith({ kind, path }).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({
        code: 'UPSTREAM_ERROR',
        message: "The gateway's own credential cannot be read.",
      });
    },
  );

  it.each(['certificate', 'federated'] as const)('whose file (%s) is empty cannot be used', async (kind) => {
    const path = join(folder, 'empty');
    await writeFile(path, '\n');
    await expect(exchangeWith({ kind, path })).rejects.toMatchObject({
      code: 'UPSTREAM_ERROR',
      message: "The gateway's own credential cannot be read.",
    });
  });
});
