import { describe, expect, it } from 'vitest';
import { createAuthenticator } from '../../src/auth/authenticate.ts';
import type { Caller } from '../../src/domain/callers.ts';

const caller = { key: 'entra:t:o' } as Caller;
const seen: string[] = [];
const authenticator = createAuthenticator({
  verify: async (token) => {
    seen.push(token);
    return caller;
  },
});

describe('authorization', () => {
  it.each([null, undefined])('absent (%s) is nobody', async (header) => {
    await expect(authenticator.authenticate(header)).resolves.toBeNull();
  });

  it.each(['Bearer a.b-_.c', 'bearer a.b-_.c', 'BEARER   a.b-_.c '])(
    '%s names its bearer',
    async (header) => {
      await expect(authenticator.authenticate(header)).resolves.toEqual({ caller, token: 'a.b-_.c' });
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
    await expect(authenticator.authenticate(header)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('that does not verify stays what the verifier says', async () => {
    const failing = createAuthenticator({ verify: () => Promise.reject(new Error('as it is')) });
    await expect(failing.authenticate('Bearer abc')).rejects.toThrow('as it is');
  });
});
