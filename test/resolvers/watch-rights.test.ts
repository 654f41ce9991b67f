import { describe, expect, test } from 'vitest';
import { forbidden, MlgraphError, notFound, unauthenticated } from '../../src/domain/errors.ts';
import { automlRun, FakePerson, Listener, minute, scene, second, settled } from './watch-support.ts';

const codes = (listeners: { error: unknown }[]) =>
  listeners.map(({ error }) => (error instanceof MlgraphError ? error.code : error));

/** Fails every call of one person. */
const refusing =
  (who: string, error: MlgraphError) =>
  ({ person }: { person: string }) => {
    if (person === who) throw error;
  };

describe('when somebody subscribes', () => {
  test('their own read decides: its refusal is what they are told, and nobody else is', async () => {
    const { clock, upstream, status } = scene();
    const ada = status('ada');
    await clock.advance(500);
    upstream.onCall = refusing('olaf', forbidden('No.'));
    const olaf = status('olaf');
    await settled();
    upstream.onCall = refusing('eve', notFound('No such run.'));
    const eve = status('eve');
    await clock.advance(2 * minute);
    expect(codes([ada, olaf, eve])).toEqual([undefined, 'FORBIDDEN', 'NOT_FOUND']);
    expect([olaf.events, eve.events]).toEqual([[], []]);
    expect([upstream.count('run', 'olaf'), upstream.count('run', 'eve')]).toEqual([1, 1]);
  });

  test('one read per person, however many subscriptions are opened at once, of status and of logs', async () => {
    const { upstream, status, logs } = scene();
    const opened = [...Array.from({ length: 20 }, () => status('ada')), logs('ada'), logs('ada')];
    await settled();
    expect(upstream.count('run')).toBe(1);
    expect(opened.slice(0, 20).every(({ events }) => events.length === 1)).toBe(true);
  });

  test('the right is remembered for five minutes, also when nobody was here meanwhile', async () => {
    const { clock, upstream, status } = scene(automlRun('COMPLETED'));
    const readsAfter = async (ms: number) => {
      await clock.advance(ms);
      const ada = status('ada');
      await settled();
      expect(ada.events.map((event) => event.status)).toEqual(['COMPLETED']);
      return upstream.calls.length;
    };
    expect(await readsAfter(0)).toBe(1);
    expect(await readsAfter(4 * minute)).toBe(1);
    expect(await readsAfter(minute)).toBe(2);
  });

  test('a remembered right is not a remembered state', async () => {
    const { clock, upstream, status } = scene(automlRun('RUNNING'));
    const first = status('ada');
    await settled();
    await first.leave();
    upstream.run = automlRun('FINALIZING');
    await clock.advance(minute);
    const again = status('ada');
    await settled();
    expect(again.events.map((event) => event.status)).toEqual(['FINALIZING']);
    expect(upstream.calls).toHaveLength(2);
  });

  test('nor is what was read before the last one left, though an ended stream is still held', async () => {
    const { clock, upstream, status, watches, opening, person } = scene(automlRun('RUNNING'));
    person('zed').expiresAt = clock.now() + minute;
    const held = watches.status('id', opening('zed'));
    await held.next();
    const first = status('ada');
    await clock.advance(second);
    await first.leave();
    await clock.advance(2 * minute);
    upstream.run = automlRun('FINALIZING');
    const again = status('ada');
    await settled();
    expect(again.events.map((event) => event.status)).toEqual(['FINALIZING']);
    await expect(held.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('what is remembered of one person lets nobody else in', async () => {
    const { upstream, status } = scene(automlRun('COMPLETED'));
    status('ada');
    await settled();
    upstream.onCall = refusing('olaf', forbidden('No.'));
    const olaf = status('olaf');
    await settled();
    expect(codes([olaf])).toEqual(['FORBIDDEN']);
    expect(olaf.events).toEqual([]);
  });

  test('a bad token of a person does not refuse another, good one of theirs', async () => {
    const { clock, upstream, watches, opening } = scene();
    const stale = new FakePerson(clock, 'ada');
    stale.token = 'stale';
    upstream.onCall = ({ assertion }) => {
      if (assertion === 'stale') throw unauthenticated('Revoked.');
    };
    const refused = new Listener(watches.status('id', { ...opening('ada'), identity: stale }));
    const seen = new Listener(watches.status('id', opening('ada')));
    await settled();
    expect(codes([refused, seen])).toEqual(['UNAUTHENTICATED', undefined]);
    expect(seen.events).toHaveLength(1);
  });
});

describe('while they stay', () => {
  test('each person is checked again at least every five minutes', async () => {
    const { clock, upstream, status } = scene();
    const people = Array.from({ length: 30 }, (_, index) => `person ${index}`);
    const listeners = people.flatMap((key) => [status(key), status(key), status(key)]);
    await clock.advance(21 * minute);
    for (const key of people) {
      const reads = upstream.calls.filter(({ person }) => person === key).map(({ at }) => at);
      const gaps = reads.slice(1).map((at, index) => at - (reads[index] ?? 0));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(5 * minute);
      expect(clock.now() - (reads.at(-1) ?? 0)).toBeLessThanOrEqual(5 * minute);
      // Three subscriptions of a person are not checked three times.
      expect(reads.length).toBeLessThan(10);
    }
    expect(listeners.every(({ ended, events }) => !ended && events.length === 1)).toBe(true);
  });

  test.each([forbidden('No.'), notFound('No such run.')])(
    'losing the right ($code) ends all streams of that person with FORBIDDEN, and nobody else’s',
    async (refusal) => {
      const { clock, upstream, status } = scene();
      const theirs = [status('olaf'), status('olaf')];
      const others = [status('ada'), status('ben')];
      await clock.advance(minute);
      upstream.onCall = refusing('olaf', refusal);
      await clock.advance(5 * minute);
      expect(codes(theirs)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
      upstream.run = automlRun('COMPLETED');
      await clock.advance(minute);
      expect(codes(others)).toEqual([undefined, undefined]);
      expect(others.map(({ events }) => events.at(-1)?.status)).toEqual(['COMPLETED', 'COMPLETED']);
      expect(theirs.map(({ events }) => events.at(-1)?.status)).toEqual(['RUNNING', 'RUNNING']);
    },
  );

  test('a run that only one person no longer sees is FORBIDDEN for them as soon as another has read it', async () => {
    const { clock, upstream, status } = scene();
    const olaf = status('olaf');
    const ada = status('ada');
    await clock.advance(500);
    upstream.onCall = refusing('olaf', notFound('No such run.'));
    await clock.advance(5 * second);
    expect(codes([ada, olaf])).toEqual([undefined, 'FORBIDDEN']);
  });

  test('a lost right is forgotten: who comes back is checked at once', async () => {
    const { clock, upstream, status } = scene();
    status('ada');
    const olaf = status('olaf');
    await clock.advance(500);
    upstream.onCall = refusing('olaf', forbidden('No.'));
    await clock.advance(10 * second);
    expect(codes([olaf])).toEqual(['FORBIDDEN']);
    const back = status('olaf');
    await settled();
    expect(codes([back])).toEqual(['FORBIDDEN']);
    expect(back.events).toEqual([]);
  });

  test('the next person’s token is used at once when one fails', async () => {
    const { clock, upstream, status } = scene();
    const ada = status('ada');
    await settled();
    const ben = status('ben');
    await clock.advance(500);
    upstream.onCall = refusing(
      'ada',
      new MlgraphError('INTERACTION_REQUIRED', 'Sign in again.', { claims: '{}' }),
    );
    await clock.advance(5 * second);
    expect(ada.error).toMatchObject({ code: 'INTERACTION_REQUIRED', details: { claims: '{}' } });
    const failed = upstream.calls.findLastIndex(({ person }) => person === 'ada');
    expect(upstream.calls[failed + 1]).toMatchObject({ person: 'ben', at: upstream.calls[failed]?.at });
    expect(ben.ended).toBe(false);
  });

  test('a check that fails for the moment ends nothing while the right is younger than ten minutes', async () => {
    const { clock, upstream, status } = scene();
    const ada = status('ada');
    const olaf = status('olaf');
    await clock.advance(500);
    const down = new MlgraphError('UPSTREAM_UNAVAILABLE', 'Down.');
    // Polls with Ada's token bring the loop on; only Olaf's own reads fail.
    upstream.onCall = refusing('olaf', down);
    await clock.advance(9 * minute);
    expect(codes([ada, olaf])).toEqual([undefined, undefined]);
    await clock.advance(2 * minute);
    expect(ada.ended).toBe(false);
    expect(olaf.error).toBe(down);
    expect(upstream.count('run', 'olaf')).toBeGreaterThan(5);
  });

  test('polls take turns among those present, and count as their checks', async () => {
    const { clock, upstream, status } = scene();
    status('ada');
    status('ben');
    await clock.advance(20 * minute);
    expect(Math.abs(upstream.count('run', 'ada') - upstream.count('run', 'ben'))).toBeLessThanOrEqual(1);
    const gaps = upstream.calls.slice(3).map((call, index) => call.at - (upstream.calls[index + 2]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(second);
  });
});

describe('when a token runs out', () => {
  test('its streams end with UNAUTHENTICATED, and the watch goes on for others', async () => {
    const { clock, upstream, status, person } = scene();
    person('ada').expiresAt = clock.now() + 10 * minute;
    const ada = [status('ada'), status('ada')];
    const ben = status('ben');
    await clock.advance(10 * minute - 1);
    expect(codes(ada)).toEqual([undefined, undefined]);
    await clock.advance(1);
    expect(codes(ada)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    const reads = upstream.count('run', 'ada');
    upstream.run = automlRun('COMPLETED');
    await clock.advance(minute);
    expect(ben.events.map((event) => event.status)).toEqual(['RUNNING', 'COMPLETED']);
    expect(upstream.count('run', 'ada')).toBe(reads);
  });

  test('a fresh token handed over keeps them, and is the one read with', async () => {
    const { clock, upstream, status, person } = scene();
    const ada = person('ada');
    ada.expiresAt = clock.now() + 10 * minute;
    const stream = status('ada');
    await clock.advance(9 * minute);
    ada.token = 'fresh';
    ada.expiresAt = clock.now() + 60 * minute;
    await clock.advance(30 * minute);
    expect(stream.ended).toBe(false);
    expect(upstream.calls.at(-1)?.assertion).toBe('fresh');
    await clock.advance(31 * minute);
    expect(codes([stream])).toEqual(['UNAUTHENTICATED']);
    expect(clock.sleeping).toBe(0);
  });

  test('a token that ran out lets nobody in, whatever is remembered', async () => {
    const { clock, upstream, status, person } = scene(automlRun('COMPLETED'));
    status('ada');
    await settled();
    person('ada').expiresAt = clock.now();
    const late = status('ada');
    await settled();
    expect(codes([late])).toEqual(['UNAUTHENTICATED']);
    expect(upstream.calls).toHaveLength(1);
  });

  test('a token good for months holds no timer that overflows', async () => {
    const { clock, upstream, status, person } = scene(automlRun('PAUSED'));
    person('ada').expiresAt = clock.now() + 90 * 24 * 60 * minute;
    const ada = status('ada');
    await clock.advance(minute);
    expect(ada.ended).toBe(false);
    expect(clock.longestSleep).toBeLessThanOrEqual(60 * minute);
    expect(upstream.calls.length).toBeGreaterThan(1);
  });
});
