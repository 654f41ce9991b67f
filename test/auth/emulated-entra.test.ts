import { describe, expect, it } from 'vitest';
import { startEntra } from '../../emulators/entra/index.ts';
import { createAuthenticator } from '../../src/auth/authenticate.ts';
import { createEntraVerifier } from '../../src/auth/entra.ts';
import { createTokenExchange } from '../../src/auth/token-exchange.ts';
import type { Identity } from '../../src/domain/callers.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { clientId, tenantId } from './support/issuer.ts';
import { arm, ml } from './support/token-endpoint.ts';

const signal = new AbortController().signal;

/** The whole of authentication against the emulated issuer, as the gateway puts it together. */
async function startAuth() {
  const entra = await startEntra({ clientId, tenantId, clientSecret: 'right' });
  const settings = { tenantId, clientId, authorityHost: entra.url };
  const verifier = createEntraVerifier(
    { ...settings, tenants: [tenantId], audiences: [`api://${clientId}`], requiredScope: 'access_as_user' },
    { clock: systemClock },
  );
  const exchange = createTokenExchange(
    { ...settings, credential: { kind: 'secret', secret: 'right' } },
    { clock: systemClock },
  );
  const authenticator = createAuthenticator(verifier, { verify: () => Promise.reject(new Error('no keys')) });
  const signIn = async (name: string, claims = {}): Promise<Identity> => {
    const token = entra.issueUserToken(name, claims);
    const authenticated = await authenticator.authenticate({ authorization: `Bearer ${token}` });
    if (!authenticated) throw new Error('nobody');
    return { caller: authenticated.caller, assertion: () => authenticated.token };
  };
  return {
    entra,
    exchange,
    signIn,
    /** Name of the bearer, as the resource sees it. */
    callsAs: async (person: Identity, scope: string, audience: string, claims?: string) => {
      const token = await exchange.onBehalfOf(person, scope, { signal, claims });
      entra.verify(token, audience);
      return entra.callerName(token);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([exchange.close(), verifier.close(), entra.close()]);
    },
  };
}

describe('people of the emulated tenant', () => {
  it('come in with tokens of both versions, and are called as themselves upstream', async () => {
    await using auth = await startAuth();
    for (const name of ['Ada', 'Ben', 'Grace', 'Olaf']) {
      for (const ver of ['1.0', '2.0']) {
        const person = await auth.signIn(name, { ver });
        expect(person.caller).toMatchObject({ name, role: name === 'Grace' ? 'ADMIN' : 'MEMBER' });
        expect(await auth.callsAs(person, arm, 'https://management.azure.com')).toBe(name);
        expect(await auth.callsAs(person, ml, 'https://ml.azure.com')).toBe(name);
      }
    }
  });

  it('come in after a key was rotated, by the first token of the new key', async () => {
    await using auth = await startAuth();
    await auth.signIn('Ada');
    auth.entra.rotateKey({ dropOld: true });
    await expect(auth.signIn('Ada')).resolves.toBeDefined();
  });

  it.each([
    ['interaction_required', 'INTERACTION_REQUIRED'],
    ['consent_required', 'INTERACTION_REQUIRED'],
    ['blocked', 'FORBIDDEN'],
    ['throttled', 'RATE_LIMITED'],
    ['unavailable', 'UPSTREAM_UNAVAILABLE'],
    ['html', 'UPSTREAM_UNAVAILABLE'],
  ] as const)('of whom one meets %s: that one alone is told %s', async (kind, code) => {
    await using auth = await startAuth();
    const [ada, ben] = [await auth.signIn('Ada'), await auth.signIn('Ben')];
    auth.entra.switchOn({ person: 'Ada', kind });
    await expect(auth.exchange.onBehalfOf(ada, arm, { signal })).rejects.toMatchObject({ code });
    await expect(auth.callsAs(ben, arm, 'https://management.azure.com')).resolves.toBe('Ben');
  });

  it('whose tokens were revoked answer the challenge by its claims', async () => {
    await using auth = await startAuth();
    const ada = await auth.signIn('Ada');
    await auth.callsAs(ada, arm, 'https://management.azure.com');
    auth.entra.switchOn({ person: 'Ada', kind: 'revoked' });
    await expect(auth.callsAs(ada, arm, 'https://management.azure.com')).rejects.toThrow();
    const since = Math.floor(Date.now() / 1000) + 1;
    const claims = JSON.stringify({ access_token: { nbf: { essential: true, value: `${since}` } } });
    await expect(auth.callsAs(ada, arm, 'https://management.azure.com', claims)).resolves.toBe('Ada');
    await expect(auth.callsAs(ada, arm, 'https://management.azure.com')).resolves.toBe('Ada');
  });

  it('are not the gateway itself', async () => {
    await using auth = await startAuth();
    const token = await auth.exchange.asApplication(arm, { signal });
    expect(auth.entra.callerName(token)).toBe('application');
  });
});
