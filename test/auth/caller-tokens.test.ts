import { expect, test } from 'vitest';
import { tokensFor } from '../../src/auth/caller-tokens.ts';
import type { Caller, Identity } from '../../src/domain/callers.ts';

const scope = 'https://management.azure.com/.default';
const signal = new AbortController().signal;
const as = (caller: Partial<Caller>): Identity => ({
  caller: caller as Caller,
  assertion: () => 'presented',
});

/** Who was asked for, in whose name. */
function exchange() {
  const asked: string[] = [];
  return {
    asked,
    onBehalfOf: async (identity: Identity, wanted: string, options: { claims?: string }) => {
      asked.push(`person ${identity.assertion()} ${wanted} ${options.claims}`);
      return 'of the person';
    },
    asApplication: async (wanted: string, options: { claims?: string }) => {
      asked.push(`application ${wanted} ${options.claims}`);
      return 'of the application';
    },
  };
}

test('a person of Entra is called in their own name', async () => {
  const tokens = exchange();
  const tokenFor = tokensFor(tokens, as({ kind: 'USER', issuerKind: 'entra' }));
  expect(await tokenFor(scope, { signal, claims: '{}' })).toBe('of the person');
  expect(tokens.asked).toEqual([`person presented ${scope} {}`]);
});

test('a service is called in the name of the application', async () => {
  const tokens = exchange();
  const tokenFor = tokensFor(tokens, as({ kind: 'SERVICE', issuerKind: 'apiKey' }));
  expect(await tokenFor(scope, { signal, claims: '{}' })).toBe('of the application');
  expect(tokens.asked).toEqual([`application ${scope} {}`]);
});

test('a person of another issuer is told why there is none, and nothing is asked for', () => {
  const tokens = exchange();
  expect(() => tokensFor(tokens, as({ kind: 'USER', issuerKind: 'oidc' }))).toThrow(
    expect.objectContaining({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/takes people of Microsoft Entra; you signed in/),
    }),
  );
  expect(tokens.asked).toEqual([]);
});
