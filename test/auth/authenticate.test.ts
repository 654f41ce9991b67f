import { describe, expect, it } from 'vitest';
import { createAuthenticator } from '../../src/auth/authenticate.ts';
import type { Caller } from '../../src/domain/callers.ts';
import { unauthenticated } from '../../src/domain/errors.ts';

const caller = { key: 'entra:t:o' } as Caller;
const seen: string[] = [];
const service = { key: 'apikey:k' } as Caller;
const keys = { verify: async (secret: string) => (secret === 'good' ? service : refuse()) };
const refuse = () => {
  throw unauthenticated('no key');
};
const authenticator = createAuthenticator(
  {
    verify: async (token) => {
      seen.push(token);
      return caller;
    },
  },
  keys,
);

describe('authorization', () => {
  it.each([null, undefined])('absent (%s) is nobody', async (header) => {
    await expect(authenticator.authenticate({ authorization: header })).resolves.toBeNull();
  });

  it.each(['Bearer a.b-_.c', 'bearer a.b-_.c', 'BEARER   a.b-_.c '])(
    '%s names its bearer',
    async (header) => {
      await expect(authenticator.authenticate({ authorization: header })).resolves.toEqual({
        caller,
        token: 'a.b-_.c',
      });
      expect(seen.at(-1)).toBe('a.b-_.c');
    },
  );

  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    'a.b.c',
    'Bearer a b',
    'Bearer a,Bearer b',
    'Bearerabc',
    'Bearer ä',
  ])('"%s" is malformed', async (header) => {
    await expect(authenticator.authenticate({ authorization: header })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('that does not verify stays what the verifier says', async () => {
    const failing = createAuthenticator({ verify: () => Promise.reject(new Error('as it is')) }, keys);
    await expect(failing.authenticate({ authorization: 'Bearer abc' })).rejects.toThrow('as it is');
  });
});

describe('a key', () => {
  it('names the service, which can be asked for again, and hands nothing on', async () => {
    const presented = await authenticator.authenticate({ apiKey: 'good' });
    expect(presented).toMatchObject({ caller: service, token: '' });
    await expect(presented?.recheck?.()).resolves.toBe(service);
  });

  it.each(['', 'bad'])('"%s" is what the verifier says of it', async (apiKey) => {
    await expect(authenticator.authenticate({ apiKey })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it.each(['Bearer a.b.c', 'Basic x', ''])(
    'beside the authorization "%s" is bad input',
    async (authorization) => {
      const before = seen.length;
      await expect(authenticator.authenticate({ authorization, apiKey: 'good' })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
      expect(seen).toHaveLength(before);
    },
  );
});
