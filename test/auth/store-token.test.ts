import { decodeJwt, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { createStoreTokens, type StorePerson } from '../../src/auth/store-token.ts';
import { createFakeClock } from './support/fake-clock.ts';

const jwtSecret = 'a-secret-of-32-characters-or-more!!';
const ada: StorePerson = {
  key: 'entra:tenant:ada',
  role: 'MEMBER',
  email: 'ada@contoso.example',
  emailVerified: false,
};
const start = Date.parse('2026-09-01T00:00:00Z');

const setUp = () => {
  const clock = createFakeClock(start);
  return { clock, tokens: createStoreTokens({ jwtSecret }, { clock }) };
};

test('a token states the person, for five minutes, signed with the secret of the project', async () => {
  const { tokens } = setUp();
  const { payload, protectedHeader } = await jwtVerify(
    await tokens.tokenFor(ada),
    new TextEncoder().encode(jwtSecret),
    { currentDate: new Date(start) },
  );
  expect(protectedHeader.alg).toBe('HS256');
  expect(payload).toEqual({
    sub: 'entra:tenant:ada',
    role: 'authenticated',
    aud: 'authenticated',
    app_metadata: { admin: false },
    iat: start / 1000,
    exp: start / 1000 + 300,
  });
});

test('it is used until half a minute before its end, and then minted anew', async () => {
  const { clock, tokens } = setUp();
  const first = await tokens.tokenFor(ada);
  clock.advance(269_999);
  expect(await tokens.tokenFor(ada)).toBe(first);
  clock.advance(1);
  const second = await tokens.tokenFor(ada);
  expect(decodeJwt(second).exp).toBe(start / 1000 + 570);
  expect(tokens.size).toBe(1);
});

test('nobody is given the token of another, nor of the role they had', async () => {
  const { tokens } = setUp();
  const of = async (person: StorePerson) => decodeJwt(await tokens.tokenFor(person));
  await of(ada);
  expect((await of({ ...ada, key: 'entra:tenant:ben' })).sub).toBe('entra:tenant:ben');
  expect((await of({ ...ada, role: 'ADMIN' })).app_metadata).toEqual({ admin: true });
  expect((await of(ada)).app_metadata).toEqual({ admin: false });
});

test('an e-mail stands in it only where the issuer vouches for it, from that moment on', async () => {
  const { tokens } = setUp();
  const factsOf = async (person: StorePerson) => decodeJwt(await tokens.tokenFor(person)).app_metadata;
  expect(await factsOf(ada)).toEqual({ admin: false });
  expect(await factsOf({ ...ada, emailVerified: true })).toEqual({ admin: false, email: ada.email });
  expect(await factsOf({ ...ada, email: null, emailVerified: true })).toEqual({ admin: false });
});
