import { createHmac, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Me, Runs } from './operations.ts';
import { type Stack, startStack } from './support/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const now = () => Math.floor(Date.now() / 1000);

/** A public key used as an HMAC secret: the oldest trick against a verifier that believes the header. */
function signedWithThePublicKey(): string {
  const [key] = stack.emulators.entra.jwks().keys;
  const unsigned = `${part({ alg: 'HS256', typ: 'JWT', kid: key?.kid })}.${part(claimsOf(stack.tokens.Ada ?? ''))}`;
  return `${unsigned}.${createHmac('sha256', JSON.stringify(key)).update(unsigned).digest('base64url')}`;
}

const bad: Record<string, () => string | Promise<string>> = {
  'not a token': () => 'hello',
  expired: () =>
    stack.emulators.entra.issueUserToken('Ada', { iat: now() - 7200, nbf: now() - 7200, exp: now() - 3600 }),
  'not yet valid': () => stack.emulators.entra.issueUserToken('Ada', { nbf: now() + 3600 }),
  'of another audience': () =>
    stack.emulators.entra.issueUserToken('Ada', { aud: 'https://management.azure.com' }),
  'of another issuer': () =>
    stack.emulators.entra.issueUserToken('Ada', { iss: 'https://login.evil.example/t/v2.0' }),
  'of a tenant that is not admitted': () =>
    stack.emulators.entra.issueUserToken('Ada', { tid: '99999999-0000-4000-8000-000000000009' }),
  'alg none': () => `${part({ alg: 'none', typ: 'JWT' })}.${part(claimsOf(stack.tokens.Ada ?? ''))}.`,
  'HS256 with the public key': signedWithThePublicKey,
  'of an unknown key': () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return new SignJWT(claimsOf(stack.tokens.Ada ?? ''))
      .setProtectedHeader({ alg: 'RS256', kid: 'forged' })
      .sign(privateKey);
  },
  'signed by a stranger under a known key id': () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const kid = stack.emulators.entra.jwks().keys[0]?.kid;
    return new SignJWT(claimsOf(stack.tokens.Ada ?? ''))
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(privateKey);
  },
};

describe.each(Object.keys(bad))('a token %s', (name) => {
  test('is UNAUTHENTICATED with HTTP 401 on anything, says why, and shows none of itself', async () => {
    const token = (await bad[name]?.()) ?? '';
    for (const query of [Me.toString(), '{ health { status } }', '{ __typename }']) {
      const { status, errors, headers } = await stack.ask(query, {}, token);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
      expect(errors[0]?.message.length).toBeGreaterThan(10);
      expect(JSON.stringify(errors)).not.toContain(token);
    }
  });
});

test('no token: public fields answer, anything else is UNAUTHENTICATED', async () => {
  const open = await stack.ask(
    '{ __typename h: health { status } __schema { queryType { name } } }',
    {},
    null,
  );
  expect(open).toMatchObject({ status: 200, errors: [] });
  for (const query of [
    Me.toString(),
    Runs.toString(),
    '{ health { status } system { version } }',
    '{ ...F } fragment F on Query { me { kind } }',
  ]) {
    const { status, data, errors } = await stack.ask(query, {}, null);
    expect(status).toBe(401);
    expect(data).toBeNull();
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  }
});

test("an application's own token is FORBIDDEN, for it cannot be exchanged", async () => {
  const token = stack.emulators.entra.issueUserToken('Ada', {
    scp: undefined,
    roles: ['mlgraph.admin'],
    idtyp: 'app',
  });
  const { status, errors } = await stack.ask(Me, {}, token);
  expect(status).toBe(403);
  expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
  expect(errors[0]?.message).toMatch(/application's own.*scp/);
});

test('tokens of version 1.0, and of a key that was rotated in, are taken', async () => {
  // A stack of its own: the forged keys above have used up what an unknown key may cost for ten seconds.
  await using own = await startStack();
  const { entra } = own.emulators;
  expect((await own.ask(Me, {}, entra.issueUserToken('Ada', { ver: '1.0' }))).errors).toEqual([]);
  entra.rotateKey();
  expect((await own.ask(Me, {}, entra.issueUserToken('Ada'))).errors).toEqual([]);
});

test('me: a member has every scope but ADMIN, an administrator all', async () => {
  const ada = (await stack.ask(Me, {})).data?.me;
  const grace = (await stack.ask(Me, {}, 'Grace')).data?.me;
  expect(ada).toMatchObject({ kind: 'USER', scopes: ['READ', 'TRAIN', 'PREDICT', 'CHAT', 'DEPLOY', 'KEYS'] });
  expect(ada?.user).toMatchObject({ name: 'Ada', role: 'MEMBER' });
  expect(grace?.scopes).toContain('ADMIN');
  expect(grace?.user?.role).toBe('ADMIN');
  expect(ada?.user?.id).not.toBe(grace?.user?.id);
});

test('nothing of a token reaches the log', async () => {
  await stack.ask(Me, {}, `${stack.tokens.Ada}x`);
  const [, , signature = ''] = (stack.tokens.Ada ?? '').split('.');
  expect(stack.logged.join('')).not.toContain(signature.slice(0, 40));
});
