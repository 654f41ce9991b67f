import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type ApiKeyVerifier, createApiKeyVerifier } from '../../src/auth/api-keys.ts';
import { hashOfApiKey, makeApiKeySecret } from '../../src/domain/api-key-secret.ts';
import type { FoundApiKey } from '../../src/domain/api-keys.ts';
import { type ConfiguredKey, parseConfiguredKeys } from '../../src/domain/configured-keys.ts';
import { codeOf, MlgraphError } from '../../src/domain/errors.ts';
import { createFakeClock, type FakeClock } from './support/fake-clock.ts';

const secret = makeApiKeySecret();
const other = makeApiKeySecret();
const stored: FoundApiKey = {
  id: '5b6f7a52-4b1d-4c8e-9f26-5a7d10c3e001',
  owner: 'entra:t:ada',
  name: 'nightly',
  prefix: secret.slice(0, 12),
  scopes: ['READ', 'PREDICT'],
  requestsPerMinute: 60,
  expiresAt: null,
  revokedAt: null,
  root: 'entra:t:ada',
};

/** Keys by the hash of their secret, and what was asked. */
let clock: FakeClock;
let keys: Map<string, FoundApiKey>;
let asked: string[];
let answer: (hash: string) => Promise<FoundApiKey | null>;
let verifier: ApiKeyVerifier;
beforeEach(() => {
  clock = createFakeClock();
  keys = new Map([[hashOfApiKey(secret), stored]]);
  asked = [];
  answer = async (hash) => keys.get(hash) ?? null;
  verifier = createApiKeyVerifier({
    clock,
    configured: null,
    find: (hash) => {
      asked.push(hash);
      return answer(hash);
    },
  });
});
const change = (part: Partial<FoundApiKey>) => keys.set(hashOfApiKey(secret), { ...stored, ...part });
const refusal = (text: string) => verifier.verify(text).then(String, (error: MlgraphError) => error.message);

describe('a key', () => {
  it('is a service of its own, with the scopes it was given', async () => {
    expect(await verifier.verify(secret)).toEqual({
      kind: 'SERVICE',
      key: `apikey:${stored.id}`,
      issuerKind: 'apiKey',
      tenantId: null,
      subject: stored.id,
      issuer: 'mlgraph',
      name: 'nightly',
      email: null,
      emailVerified: false,
      userName: null,
      roles: [],
      role: 'MEMBER',
      scopes: ['READ', 'PREDICT'],
      expiresAt: null,
      apiKey: { id: stored.id, prefix: stored.prefix, name: 'nightly', requestsPerMinute: 60 },
    });
    expect(asked).toEqual([hashOfApiKey(secret)]);
  });

  it('is an administrator by the scope ADMIN alone', async () => {
    change({ scopes: ['ADMIN'] });
    expect(await verifier.verify(secret)).toMatchObject({ role: 'ADMIN', scopes: ['ADMIN'] });
  });

  it.each([
    ['', 'empty'],
    ['Bearer x', 'another credential'],
    [`${secret} `, 'a space more'],
    [secret.slice(0, -1), 'a character less'],
    [secret.replace('mlg_', 'MLG_'), 'another beginning'],
    [`${secret.slice(0, 20)}${secret[20] === 'a' ? 'b' : 'a'}${secret.slice(21)}`, 'a wrong character'],
    [`${secret}, ${secret}`, 'two of them'],
  ])('"%s" (%s) is refused without a look-up', async (text) => {
    const error = await verifier.verify(text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MlgraphError);
    expect(error).toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringMatching(/all of it was copied/),
    });
    expect(asked).toEqual([]);
  });

  it('that is unknown, revoked or expired is told so, and never shown', async () => {
    expect(await refusal(other)).toBe('The API key is not known here.');
    change({ revokedAt: new Date(clock.now() - 1) });
    expect(await refusal(secret)).toBe('The API key has been revoked.');
    change({ expiresAt: new Date(clock.now()) });
    clock.advance(2_501);
    expect(await refusal(secret)).toBe('The API key has expired.');
  });
});

it('revoked by a clock that goes ahead of this one is refused now', async () => {
  change({ revokedAt: new Date(clock.now() + 60_000) });
  expect(await refusal(secret)).toBe('The API key has been revoked.');
});

describe('what was said of a key', () => {
  it('stands for two and a half seconds, good or bad', async () => {
    const first = await verifier.verify(secret);
    expect(await refusal(other)).toMatch(/not known/);
    clock.advance(2_400);
    expect(await verifier.verify(secret)).toBe(first);
    expect(await refusal(other)).toMatch(/not known/);
    expect(asked).toHaveLength(2);
    keys.clear();
    clock.advance(200);
    expect(await refusal(secret)).toMatch(/not known/);
    expect(asked).toHaveLength(3);
  });

  it('is as old as the question', async () => {
    const reading = Promise.withResolvers<void>();
    answer = async (hash) => {
      const found = keys.get(hash) ?? null;
      await reading.promise;
      return found;
    };
    const slow = verifier.verify(secret);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    change({ revokedAt: new Date(clock.now()) });
    clock.advance(2_000);
    reading.resolve();
    await slow;
    clock.advance(600);
    expect(await refusal(secret)).toMatch(/revoked/);
  });

  it('is forgotten at once when the key is revoked here', async () => {
    await verifier.verify(secret);
    change({ revokedAt: new Date(clock.now()) });
    await expect(verifier.verify(secret)).resolves.toBeDefined();
    verifier.forget(stored.id);
    expect(await refusal(secret)).toMatch(/revoked/);
  });

  it('is not remembered where it was asked for before the key was revoked here', async () => {
    const reading = Promise.withResolvers<void>();
    answer = async () => {
      await reading.promise;
      return stored;
    };
    const early = verifier.verify(secret);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    change({ revokedAt: new Date(clock.now()) });
    verifier.forget(stored.id);
    answer = async (hash) => keys.get(hash) ?? null;
    const late = refusal(secret);
    reading.resolve();
    await early;
    expect(await late).toMatch(/revoked/);
    expect(await refusal(secret)).toMatch(/revoked/);
  });

  it('ends with the key', async () => {
    change({ expiresAt: new Date(clock.now() + 1_000) });
    await verifier.verify(secret);
    clock.advance(1_000);
    expect(await refusal(secret)).toMatch(/expired/);
  });

  it('is asked for once by all who ask at the same time', async () => {
    await Promise.all(Array.from({ length: 50 }, () => verifier.verify(secret)));
    expect(asked).toHaveLength(1);
  });

  it('is not kept of a look-up that failed', async () => {
    answer = () => Promise.reject(new MlgraphError('UPSTREAM_UNAVAILABLE', 'down'));
    expect(await refusal(secret)).toBe('down');
    answer = async (hash) => keys.get(hash) ?? null;
    await expect(verifier.verify(secret)).resolves.toBeDefined();
  });

  it('is asked for though a flood of made-up keys waits for its answers', async () => {
    await verifier.verify(secret);
    clock.advance(2_501);
    const reading = Promise.withResolvers<void>();
    answer = async (hash) => {
      if (!keys.has(hash)) await reading.promise;
      return keys.get(hash) ?? null;
    };
    const flood = Array.from({ length: 300 }, () => verifier.verify(makeApiKeySecret()).catch(codeOf));
    await expect(verifier.verify(secret)).resolves.toBeDefined();
    reading.resolve();
    const codes = Map.groupBy(await Promise.all(flood), String);
    expect(codes.get('UNAUTHENTICATED')).toHaveLength(200);
    expect(codes.get('RATE_LIMITED')).toHaveLength(100);
    expect(await refusal(makeApiKeySecret())).toMatch(/not known/);
  });

  it('is not driven out by keys that are made up', async () => {
    await verifier.verify(secret);
    for (let index = 0; index < 12_000; index++) await refusal(makeApiKeySecret());
    const before = asked.length;
    await verifier.verify(secret);
    expect(asked).toHaveLength(before);
  });
});

describe('keys of the settings', () => {
  const written = (text: string): readonly ConfiguredKey[] => parseConfiguredKeys(text).keys;

  it('wait for nobody, however many made-up ones are looked up', async () => {
    const reading = Promise.withResolvers<null>();
    const source = written(`reader READ ${other}`);
    const both = createApiKeyVerifier({ clock, find: () => reading.promise, configured: async () => source });
    const flood = Array.from({ length: 300 }, () => both.verify(makeApiKeySecret()).catch(codeOf));
    expect(await both.verify(other)).toMatchObject({ key: 'apikey:reader' });
    reading.resolve(null);
    await Promise.all(flood);
  });

  it('are services without an end, beside those that are stored', async () => {
    let source = written(`reader READ ${other}; admin READ,ADMIN ${makeApiKeySecret()}`);
    const both = createApiKeyVerifier({ clock, find: answer, configured: async () => source });
    expect(await both.verify(other)).toMatchObject({
      key: 'apikey:reader',
      scopes: ['READ'],
      role: 'MEMBER',
      expiresAt: null,
      apiKey: { id: 'reader', name: 'reader', prefix: other.slice(0, 12), requestsPerMinute: null },
    });
    expect(await both.verify(secret)).toMatchObject({ key: `apikey:${stored.id}` });
    source = [];
    clock.advance(2_501);
    await expect(both.verify(other)).rejects.toThrow(/not known/);
  });

  it('are all there are where nothing is stored', async () => {
    const alone = createApiKeyVerifier({ clock, find: null, configured: null });
    await expect(alone.verify(secret)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('a key that a key made', () => {
  it('is good no more, at once, when anything was forgotten: it may be of that one', async () => {
    change({ owner: 'apikey:5b6f7a52-4b1d-4c8e-9f26-5a7d10c3e002' });
    await verifier.verify(secret);
    change({ revokedAt: new Date(0) });
    verifier.forget('5b6f7a52-4b1d-4c8e-9f26-5a7d10c3e002');
    expect(await refusal(secret)).toBe('The API key has been revoked.');
  });

  it('of the settings ends when that is taken out of them', async () => {
    const { keys: source } = parseConfiguredKeys(`job READ,PREDICT,KEYS ${other}`);
    let inSettings = source;
    const both = createApiKeyVerifier({ clock, find: answer, configured: async () => inSettings });
    change({ owner: 'apikey:job', root: 'apikey:job' });
    expect(await both.verify(secret)).toMatchObject({ key: `apikey:${stored.id}` });
    inSettings = [];
    await clock.advance(5_000);
    await expect(both.verify(secret)).rejects.toThrow('The API key has been revoked.');
  });

  it('of too many in a row is good for nothing', async () => {
    change({ root: 'apikey:5b6f7a52-4b1d-4c8e-9f26-5a7d10c3e003' });
    expect(await refusal(secret)).toBe('The API key has been revoked.');
  });
});
