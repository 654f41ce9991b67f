import { expect, test, vi } from 'vitest';
import type { Authenticated, Credentials } from '../../src/auth/authenticate.ts';
import type { AuditNote } from '../../src/domain/audit.ts';
import { MlgraphError, unauthenticated } from '../../src/domain/errors.ts';
import { createRefusals } from '../../src/resolvers/audit-refusals.ts';

const key = (prefix: string) => `${prefix}${'x'.repeat(46)}`;
const tokenOf = (iss: unknown) =>
  `Bearer e30.${Buffer.from(JSON.stringify({ iss })).toString('base64url')}.c2ln`;

/** A hand-moved clock, and an authenticator that refuses as told. */
function stage(refuse: () => Promise<Authenticated | null>) {
  let now = 1_000_000;
  const sleeps = new Set<{ until: number; end: () => void }>();
  const clock = {
    now: () => now,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleep = { until: now + ms, end: resolve };
        sleeps.add(sleep);
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  };
  const notes: AuditNote[] = [];
  const refusals = createRefusals({ clock, record: (note) => void notes.push(note) });
  const { authenticate } = refusals.watching({ authenticate: refuse });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    notes,
    refusals,
    sleeping: () => sleeps.size,
    attempt: (credentials: Credentials) => authenticate(credentials).catch(() => null),
    authenticate,
    async pass(ms: number) {
      await settle();
      now += ms;
      for (const sleep of sleeps) {
        if (sleep.until > now) continue;
        sleeps.delete(sleep);
        sleep.end();
      }
      await settle();
    },
  };
}
const refused = () => Promise.reject(unauthenticated('no'));
const told = ({ notes }: { notes: AuditNote[] }) => notes.map(({ keyPrefix, count }) => [keyPrefix, count]);

test('a refused key is told within a second, by its prefix alone', async () => {
  const world = stage(refused);
  await expect(world.authenticate({ apiKey: key('mlg_abcdefgh') })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
  expect(world.notes).toEqual([]);
  await world.pass(300);
  expect(world.notes).toEqual([
    {
      at: new Date(1_000_000),
      actor: 'anonymous',
      actorKind: 'SERVICE',
      action: 'credential.refused',
      target: null,
      outcome: 'UNAUTHENTICATED',
      upstream: null,
      requestId: null,
      keyPrefix: 'mlg_abcdefgh',
      count: 1,
    },
  ]);
});

test('a flood is one event a minute with its count, and ends', async () => {
  const world = stage(refused);
  const flood = async (times: number) => {
    for (let time = 0; time < times; time++) await world.attempt({ apiKey: key('mlg_abcdefgh') });
  };
  await flood(500);
  await world.pass(300);
  expect(told(world)).toEqual([['mlg_abcdefgh', 500]]);
  await flood(300);
  await world.pass(30_000);
  await flood(400);
  expect(told(world)).toHaveLength(1);
  await world.pass(30_000);
  expect(told(world).slice(1)).toEqual([['mlg_abcdefgh', 700]]);
  await world.pass(60_000);
  expect(world.notes).toHaveLength(2);
  expect(world.sleeping()).toBe(0);
  await flood(1);
  await world.pass(300);
  expect(told(world).slice(2)).toEqual([['mlg_abcdefgh', 1]]);
});

test('keys of different prefixes, issuers and outcomes are told apart', async () => {
  let code: 'UNAUTHENTICATED' | 'FORBIDDEN' = 'UNAUTHENTICATED';
  const world = stage(() => Promise.reject(new MlgraphError(code, 'no')));
  await world.attempt({ apiKey: key('mlg_aaaaaaaa') });
  await world.attempt({ apiKey: key('mlg_bbbbbbbb') });
  await world.attempt({ authorization: tokenOf('https://login.example/tenant/v2.0') });
  code = 'FORBIDDEN';
  await world.attempt({ authorization: tokenOf('https://login.example/tenant/v2.0') });
  await world.pass(300);
  expect(
    world.notes.map(({ actorKind, keyPrefix, target, outcome }) => [actorKind, keyPrefix ?? target, outcome]),
  ).toEqual([
    ['SERVICE', 'mlg_aaaaaaaa', 'UNAUTHENTICATED'],
    ['SERVICE', 'mlg_bbbbbbbb', 'UNAUTHENTICATED'],
    ['USER', 'https://login.example/tenant/v2.0', 'UNAUTHENTICATED'],
    ['USER', 'https://login.example/tenant/v2.0', 'FORBIDDEN'],
  ]);
});

test.each<[string, Credentials]>([
  ['a password as a key', { apiKey: 'correct horse battery staple' }],
  ['something short', { apiKey: 'mlg_abcdefgh1234' }],
  ['a header that is none', { authorization: 'Basic YWRhOnNlY3JldA==' }],
  ['a token with secrets for an issuer', { authorization: tokenOf('https://a.example/?secret=1') }],
  ['a token with an issuer too long', { authorization: tokenOf(`https://${'a'.repeat(300)}`) }],
  ['a token with an issuer that is none', { authorization: tokenOf({ a: 1 }) }],
  ['an endless token', { authorization: `Bearer ${'a'.repeat(40_000)}` }],
])('nothing is kept of %s', async (_, credentials) => {
  const world = stage(refused);
  await world.attempt(credentials);
  await world.pass(300);
  expect(world.notes).toMatchObject([{ target: null, keyPrefix: null, count: 1 }]);
});

test('made-up prefixes fill no memory: beyond a thousand they are counted as one', async () => {
  const world = stage(refused);
  for (let index = 0; index < 3_000; index++)
    await world.attempt({ apiKey: key(`mlg_${String(index).padStart(8, '0')}`) });
  expect(world.sleeping()).toBe(1_001);
  await world.pass(300);
  expect(world.notes).toHaveLength(1_001);
  expect(world.notes.at(-1)).toMatchObject({ keyPrefix: null, count: 2_000 });
  await world.pass(60_000);
  expect(world.sleeping()).toBe(0);
});

test.each(['UPSTREAM_UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL'] as const)(
  'what could not be judged is not refused: %s',
  async (code) => {
    const world = stage(() => Promise.reject(new MlgraphError(code, 'later')));
    await world.attempt({ apiKey: key('mlg_abcdefgh') });
    await world.pass(300);
    expect(world.notes).toEqual([]);
  },
);

test('a key that is revoked while it is in use is told too', async () => {
  const recheck = vi.fn<() => Promise<never>>(refused);
  const caller = {} as Authenticated['caller'];
  const world = stage(async () => ({ caller, token: '', recheck }));
  const proof = await world.authenticate({ apiKey: key('mlg_abcdefgh') });
  await world.pass(300);
  expect(world.notes).toEqual([]);
  await expect(proof?.recheck?.()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await world.pass(300);
  expect(told(world)).toEqual([['mlg_abcdefgh', 1]]);
});

test('closing tells at once what was counted', async () => {
  const world = stage(refused);
  await world.attempt({ apiKey: key('mlg_abcdefgh') });
  await world.pass(300);
  await world.attempt({ apiKey: key('mlg_abcdefgh') });
  await world.attempt({ apiKey: key('mlg_ijklmnop') });
  await world.refusals.close();
  expect(told(world)).toEqual([
    ['mlg_abcdefgh', 1],
    ['mlg_abcdefgh', 1],
    ['mlg_ijklmnop', 1],
  ]);
});
