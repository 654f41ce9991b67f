import { describe, expect, it, vi } from 'vitest';
import type { Caller } from '../../src/domain/callers.ts';
import { startVerifying, type Verifying } from './support/verifier.ts';

const forged = ({ issuer }: Verifying, kid: string) => issuer.token({}, { kid });
const codeOf = (verifying: Promise<Caller>) =>
  verifying.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  );

/** Forged ids, one every so many milliseconds of the clock; when the issuer was asked because of them. */
async function flood(
  entra: Verifying,
  options: { milliseconds: number; step: number; tick?(): Promise<void> },
) {
  const fetchedAt: number[] = [];
  const start = entra.clock.now();
  for (let passed = 0; passed < options.milliseconds; passed += options.step) {
    const before = entra.issuer.fetches();
    expect(await codeOf(entra.verifier.verify(forged(entra, `forged-${passed}`)))).toBe('UNAUTHENTICATED');
    if (entra.issuer.fetches() > before) fetchedAt.push(entra.clock.now() - start);
    await options.tick?.();
    entra.clock.advance(options.step);
  }
  return fetchedAt;
}

/** The most fetches in any 60 s. */
const mostInAMinute = (times: number[]) =>
  Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + 60_000).length));

describe('a new key', () => {
  it('is found by its first token, also seconds after the start', async () => {
    await using entra = await startVerifying();
    await entra.verifier.verify(entra.issuer.token());
    entra.clock.advance(2_000);
    for (const _ of [1, 2]) {
      entra.issuer.rotate();
      await expect(entra.verifier.verify(entra.issuer.token())).resolves.toBeDefined();
    }
    expect(entra.issuer.fetches()).toBe(3);
  });

  it('is fetched once for all tokens that ask for it at the same time', async () => {
    await using entra = await startVerifying();
    const tokens = Array.from({ length: 50 }, (_, index) => entra.issuer.token({ uti: `${index}` }));
    await Promise.all(tokens.map((token) => entra.verifier.verify(token)));
    expect(entra.issuer.fetches()).toBe(1);
  });

  it('is found by a token that joined a fetch answered too early for it', async () => {
    await using entra = await startVerifying();
    const early = entra.issuer.token();
    const oldSet = {
      keys: [{ ...entra.issuer.key().publicKey.export({ format: 'jwk' }), kid: entra.issuer.key().kid }],
    };
    entra.issuer.answerWith({ status: 200, body: oldSet }, 1);
    const first = entra.verifier.verify(early);
    entra.issuer.rotate();
    const second = entra.verifier.verify(entra.issuer.token());
    await Promise.all([first, second]);
    expect(entra.issuer.fetches()).toBe(2);
  });

  it('of v1 alone is found in the set of v1', async () => {
    await using entra = await startVerifying();
    await entra.verifier.verify(entra.issuer.token());
    entra.issuer.rotate({ only: '1.0' });
    await expect(entra.verifier.verify(entra.issuer.tokenV1())).resolves.toBeDefined();
    expect(entra.issuer.server.received.at(-1)?.path).toMatch(/\/discovery\/keys$/);
  });

  it('replaces withdrawn ones at the next refresh, an hour on, in the background', async () => {
    await using entra = await startVerifying();
    const withdrawn = entra.issuer.key();
    await entra.verifier.verify(entra.issuer.token());
    entra.issuer.rotate({ dropOld: true });
    const withdrawnToken = () =>
      entra.issuer.sign({ alg: 'RS256', kid: withdrawn.kid }, entra.issuer.claims(), withdrawn);
    entra.clock.advance(3_600_001);
    await expect(entra.verifier.verify(withdrawnToken())).resolves.toBeDefined();
    await vi.waitFor(() => expect(entra.issuer.fetches()).toBe(2));
    await vi.waitFor(async () => {
      entra.clock.advance(1_000);
      expect(await codeOf(entra.verifier.verify(withdrawnToken()))).toBe('UNAUTHENTICATED');
    });
  });
});

describe('a flood of forged key ids', () => {
  it('reaches the issuer at most six times in any minute', async () => {
    await using entra = await startVerifying();
    await entra.verifier.verify(entra.issuer.token());
    const fetchedAt = await flood(entra, { milliseconds: 300_000, step: 500 });
    expect(mostInAMinute([0, ...fetchedAt])).toBeLessThanOrEqual(6);
    expect(fetchedAt.length).toBeGreaterThan(25);
  });

  it('of both versions reaches it no more often', async () => {
    await using entra = await startVerifying();
    const tick = async () => {
      const token = entra.issuer.sign(
        { alg: 'RS256', kid: `first-${entra.clock.now()}` },
        entra.issuer.claims({ ver: '1.0' }),
        entra.issuer.key(),
      );
      await codeOf(entra.verifier.verify(token));
    };
    await flood(entra, { milliseconds: 120_000, step: 500, tick });
    expect(entra.issuer.fetches()).toBeLessThanOrEqual(12);
  });

  it('in parallel is one fetch', async () => {
    await using entra = await startVerifying();
    const tokens = Array.from({ length: 200 }, (_, index) => forged(entra, `forged-${index}`));
    const codes = await Promise.all(tokens.map((token) => codeOf(entra.verifier.verify(token))));
    expect(new Set(codes)).toEqual(new Set(['UNAUTHENTICATED']));
    expect(entra.issuer.fetches()).toBe(1);
  });

  it('lets a really new key be found within ten seconds', async () => {
    await using entra = await startVerifying();
    await flood(entra, { milliseconds: 3_000, step: 250 });
    entra.issuer.rotate();
    const rotatedAt = entra.clock.now();
    await vi.waitFor(
      async () => {
        await flood(entra, { milliseconds: 250, step: 250 });
        await expect(entra.verifier.verify(entra.issuer.token())).resolves.toBeDefined();
      },
      { interval: 1, timeout: 10_000 },
    );
    expect(entra.clock.now() - rotatedAt).toBeLessThanOrEqual(10_000);
  });

  it('never blocks or slows tokens of known keys, even while a fetch hangs', async () => {
    await using entra = await startVerifying();
    await entra.verifier.verify(entra.issuer.token());
    entra.issuer.answerWith('hang');
    const pending = Array.from({ length: 20 }, (_, index) =>
      codeOf(entra.verifier.verify(forged(entra, `f${index}`))),
    );
    await vi.waitFor(() => expect(entra.issuer.fetches()).toBe(2));
    await expect(entra.verifier.verify(entra.issuer.token({ uti: 'fresh' }))).resolves.toBeDefined();
    entra.clock.advance(3_000);
    expect(new Set(await Promise.all(pending))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
    expect(entra.issuer.fetches()).toBe(2);
  });
});

describe('an outage', () => {
  it.each([
    ['hangs', 'hang' as const],
    ['fails', { status: 503, body: {} }],
    ['answers HTML', { status: 200, body: '<html>sign in to the network</html>' }],
    ['answers no keys', { status: 200, body: { keys: [] } }],
    ['cuts the body', { status: 200, body: { keys: [1, 2, 3] }, cut: true }],
  ])('in which the issuer %s leaves the last good keys in service', async (_, answer) => {
    await using entra = await startVerifying();
    await entra.verifier.verify(entra.issuer.token());
    entra.issuer.answerWith(answer);
    for (let hour = 0; hour < 30; hour++) {
      entra.clock.advance(3_600_001);
      await expect(entra.verifier.verify(entra.issuer.token())).resolves.toBeDefined();
    }
    await vi.waitFor(() => expect(entra.issuer.fetches()).toBeGreaterThan(1));
  });

  it('of a stopped issuer leaves them in service too', async () => {
    await using entra = await startVerifying();
    await entra.verifier.verify(entra.issuer.token());
    await entra.issuer.server.stop();
    entra.clock.advance(3_600_001);
    await expect(entra.verifier.verify(entra.issuer.token())).resolves.toBeDefined();
  });

  it('at the start is not blamed on the token, and ends by itself', async () => {
    await using entra = await startVerifying();
    await entra.issuer.server.stop();
    await expect(entra.verifier.verify(entra.issuer.token())).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'Entra cannot be reached to verify the token.',
      details: { upstream: 'entra', retryAfterSeconds: 1 },
    });
    await entra.issuer.server.start();
    entra.clock.advance(1_000);
    await expect(entra.verifier.verify(entra.issuer.token())).resolves.toBeDefined();
  });

  it('at the start in which the issuer hangs ends the wait after three seconds', async () => {
    await using entra = await startVerifying();
    entra.issuer.answerWith('hang');
    const code = codeOf(entra.verifier.verify(entra.issuer.token()));
    await vi.waitFor(() => expect(entra.issuer.fetches()).toBe(1));
    entra.clock.advance(3_000);
    expect(await code).toBe('UPSTREAM_UNAVAILABLE');
  });

  it('at the start is not hammered, and over within ten seconds of its end', async () => {
    await using entra = await startVerifying();
    entra.issuer.answerWith({ status: 500, body: {} });
    const fetchedAt: number[] = [];
    for (let second = 0; second < 120; second += 0.5) {
      const before = entra.issuer.fetches();
      expect(await codeOf(entra.verifier.verify(entra.issuer.token()))).toBe('UPSTREAM_UNAVAILABLE');
      if (entra.issuer.fetches() > before) fetchedAt.push(second * 1000);
      entra.clock.advance(500);
    }
    expect(mostInAMinute(fetchedAt)).toBeLessThanOrEqual(6);
    entra.issuer.answerWith(null);
    entra.clock.advance(10_000);
    expect(await codeOf(entra.verifier.verify(entra.issuer.token()))).toBe('ok');
  });
});
