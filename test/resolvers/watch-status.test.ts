import { describe, expect, test } from 'vitest';
import { MlgraphError } from '../../src/domain/errors.ts';
import { endable } from '../../src/resolvers/watch/endable.ts';
import { automlRun, Listener, minute, scene, second, settled } from './watch-support.ts';

describe('what a subscriber is told', () => {
  test('the state now, each change, and an end by itself when the run is final', async () => {
    const { clock, upstream, status } = scene(automlRun('PENDING'));
    const ada = status('ada');
    await clock.advance(2 * second);
    upstream.run = automlRun('RUNNING', { completedTrials: 0, totalTrials: 3 });
    await clock.advance(2 * second);
    upstream.run = automlRun('RUNNING', { completedTrials: 1, totalTrials: 3, bestScore: 0.9 });
    await clock.advance(2 * second);
    upstream.run = automlRun('COMPLETED', { completedTrials: 1, totalTrials: 3, bestScore: 0.9 });
    await clock.advance(2 * second);

    expect(ada.ended).toBe(true);
    expect(ada.error).toBeUndefined();
    expect(ada.events).toMatchObject([
      { status: 'PENDING', previousStatus: null, completedTrials: null, totalTrials: null, bestScore: null },
      { status: 'RUNNING', previousStatus: 'PENDING', completedTrials: 0, totalTrials: 3, bestScore: null },
      { status: 'RUNNING', previousStatus: 'RUNNING', completedTrials: 1, bestScore: 0.9 },
      { status: 'COMPLETED', previousStatus: 'RUNNING', completedTrials: 1, run: upstream.run },
    ]);
    expect(new Set(ada.events.map(({ cursor }) => cursor)).size).toBe(4);
    expect(ada.events[1]?.at.getTime()).toBeGreaterThan(ada.events[0]?.at.getTime() ?? Number.NaN);
    expect(clock.sleeping).toBe(0);
  });

  test('a run that is final already is one event and one read', async () => {
    const { clock, upstream, status } = scene(automlRun('FAILED'));
    const ada = status('ada');
    await clock.advance(minute);
    expect(ada.events.map((event) => event.status)).toEqual(['FAILED']);
    expect(ada.ended).toBe(true);
    expect(upstream.calls).toHaveLength(1);
  });

  test('an upstream record that changes in nothing that counts is no event', async () => {
    const { clock, upstream, status } = scene(automlRun('RUNNING'));
    const ada = status('ada');
    await clock.advance(2 * second);
    upstream.run = { ...automlRun('RUNNING'), displayName: 'renamed', tags: [{ name: 'a', value: 'b' }] };
    await clock.advance(minute);
    expect(ada.events).toHaveLength(1);
  });

  test('a read that was overtaken by a later one does not turn the state back', async () => {
    const trials = (completedTrials: number) => automlRun('RUNNING', { completedTrials });
    const { clock, upstream, status } = scene(trials(1));
    const ada = status('ada');
    await settled();
    const late = Promise.withResolvers<void>();
    upstream.onCall = ({ person }) => (person === 'ben' ? late.promise : undefined);
    const ben = status('ben');
    await settled();
    upstream.run = trials(2);
    await clock.advance(2 * second);
    // Ben's check is answered with what was true when it was asked.
    upstream.run = trials(1);
    late.resolve();
    await settled();
    upstream.run = trials(2);
    await clock.advance(2 * second);
    expect(ada.events.map((event) => event.completedTrials)).toEqual([1, 2]);
    expect(ben.events.map((event) => event.completedTrials)).toEqual([2]);
  });

  test('a slow reader is given the newest state, and what it was told before as the previous', async () => {
    const { clock, upstream, watches, opening } = scene(automlRun('PENDING'));
    const stream = watches.status('id', opening('ada'));
    expect((await stream.next()).value.status).toBe('PENDING');
    for (const status of ['PREPARING', 'RUNNING', 'FINALIZING'] as const) {
      const next = status === 'PREPARING' ? stream.next() : null;
      upstream.run = automlRun(status);
      await clock.advance(2 * second);
      if (next) expect((await next).value.status).toBe('PREPARING');
    }
    expect((await stream.next()).value).toMatchObject({ status: 'FINALIZING', previousStatus: 'PREPARING' });
    upstream.run = automlRun('COMPLETED');
    await clock.advance(5 * second);
    expect((await stream.next()).value).toMatchObject({ status: 'COMPLETED', previousStatus: 'FINALIZING' });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});

describe('the poll loop', () => {
  const pollsOf = async (people: number, subscribers: number) => {
    const { clock, upstream, status } = scene(automlRun('RUNNING'));
    const listeners = Array.from({ length: subscribers }, (_, index) => status(`person ${index % people}`));
    await clock.advance(2 * minute);
    upstream.run = automlRun('COMPLETED');
    await clock.advance(minute);
    const told = listeners.map(({ events, ended }) => ended && events.map((event) => event.status).join());
    expect(new Set(told)).toEqual(new Set(['RUNNING,COMPLETED']));
    return upstream.calls.length;
  };

  test('1,000 subscribers of 50 people cost the polls of one, and one read of rights per person', async () => {
    const alone = await pollsOf(1, 1);
    expect(alone).toBeGreaterThan(20);
    // The one subscriber's check of rights is the first poll.
    expect(await pollsOf(50, 1_000)).toBe(alone + 49);
  });

  test('is fast at first, slow when steady, fast again behind a change', async () => {
    const { clock, upstream, status } = scene(automlRun('RUNNING'));
    status('ada');
    await clock.advance(10 * minute);
    const gapsOf = () =>
      upstream.calls.slice(1).map((call, index) => call.at - (upstream.calls[index]?.at ?? 0));
    expect(gapsOf().slice(0, 5)).toEqual([second, second, second, second, second]);
    expect(gapsOf().at(-1)).toBe(15 * second);
    expect(gapsOf().every((gap, index, all) => gap >= (all[index - 1] ?? 0))).toBe(true);
    upstream.run = automlRun('RUNNING', { completedTrials: 1 });
    await clock.advance(21 * second);
    const fast = gapsOf().lastIndexOf(15 * second) + 1;
    expect(gapsOf().slice(fast, fast + 4)).toEqual([second, second, second, second]);
  });

  test('a passing status is looked at every few seconds however long it lasts', async () => {
    const { clock, upstream, status } = scene(automlRun('CANCELING'));
    status('ada');
    await clock.advance(5 * minute);
    expect((upstream.calls.at(-1)?.at ?? 0) - (upstream.calls.at(-2)?.at ?? 0)).toBe(3 * second);
  });

  test('obeys Retry-After', async () => {
    const { clock, upstream, status } = scene();
    const ada = status('ada');
    await clock.advance(500);
    upstream.onCall = () => {
      throw new MlgraphError('RATE_LIMITED', 'Slow down.', { retryAfterSeconds: 40 });
    };
    await clock.advance(second);
    expect(upstream.calls).toHaveLength(2);
    await clock.advance(39 * second);
    expect(upstream.calls).toHaveLength(2);
    upstream.onCall = () => undefined;
    upstream.run = automlRun('COMPLETED');
    await clock.advance(2 * second);
    expect(upstream.calls).toHaveLength(3);
    expect(ada.events.map((event) => event.status)).toEqual(['RUNNING', 'COMPLETED']);
  });

  test('newcomers do not cut a Retry-After short', async () => {
    const { clock, upstream, status } = scene();
    status('ada');
    await clock.advance(500);
    upstream.onCall = ({ person }) => {
      if (person === 'ada') throw new MlgraphError('RATE_LIMITED', 'Slow down.', { retryAfterSeconds: 40 });
    };
    await clock.advance(5 * second);
    status('ben');
    await clock.advance(20 * second);
    expect([upstream.count('run', 'ada'), upstream.count('run', 'ben')]).toEqual([2, 1]);
  });

  test('a failure of the moment is tried again with growing waits, and streams go on', async () => {
    const { clock, upstream, status } = scene();
    const ada = status('ada');
    await clock.advance(500);
    upstream.onCall = () => {
      throw new MlgraphError('UPSTREAM_UNAVAILABLE', 'Down.');
    };
    await clock.advance(4 * minute);
    const tries = upstream.calls.length;
    expect(tries).toBeGreaterThan(8);
    expect(tries).toBeLessThan(20);
    expect(ada.ended).toBe(false);
    upstream.onCall = () => undefined;
    upstream.run = automlRun('COMPLETED');
    await clock.advance(31 * second);
    expect(ada.events.map((event) => event.status)).toEqual(['RUNNING', 'COMPLETED']);
  });

  test('a failure that lasts ends all streams with it', async () => {
    const { clock, upstream, status } = scene();
    const listeners = [status('ada'), status('ada'), status('ben')];
    await clock.advance(500);
    const down = new MlgraphError('UPSTREAM_TIMEOUT', 'Late.');
    upstream.onCall = () => {
      throw down;
    };
    await clock.advance(4 * minute);
    expect(listeners.map(({ ended }) => ended)).toEqual([false, false, false]);
    await clock.advance(2 * minute);
    expect(listeners.map(({ error }) => error)).toEqual([down, down, down]);
    expect(clock.sleeping).toBe(0);
  });

  test('a read that never answers counts as a timeout', async () => {
    const { clock, upstream, status } = scene();
    const ada = status('ada');
    await clock.advance(500);
    upstream.onCall = () => new Promise(() => {});
    await clock.advance(2 * minute);
    expect(upstream.calls.length).toBeGreaterThan(2);
    expect(ada.ended).toBe(false);
    await clock.advance(10 * minute);
    expect(ada.error).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  test('a bug ends the streams and nothing else', async () => {
    const { clock, upstream, status } = scene();
    const ada = status('ada');
    await clock.advance(500);
    const bug = new TypeError('a bug');
    upstream.onCall = () => {
      throw bug;
    };
    await clock.advance(2 * second);
    expect(ada.error).toBe(bug);
    expect(clock.sleeping).toBe(0);
  });

  test('a run that is gone for everyone is NOT_FOUND for everyone', async () => {
    const { clock, upstream, status } = scene();
    const listeners = [status('ada'), status('ben'), status('ben')];
    await clock.advance(500);
    upstream.onCall = () => {
      throw new MlgraphError('NOT_FOUND', 'No such run.');
    };
    const before = upstream.calls.length;
    await clock.advance(2 * second);
    expect(listeners.map(({ error }) => (error as MlgraphError).code)).toEqual(Array(3).fill('NOT_FOUND'));
    expect(upstream.calls.length - before).toBe(2);
  });
});

describe('ending', () => {
  test('return() ends at once while waiting in next(), and the loop with it', async () => {
    const { clock, upstream, watches, opening } = scene();
    const stream = watches.status('id', opening('ada'));
    await stream.next();
    const waiting = stream.next();
    await clock.advance(second);
    const calls = upstream.calls.length;
    await stream.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(clock.sleeping).toBe(0);
    await clock.advance(minute);
    expect(upstream.calls).toHaveLength(calls);
  });

  test('the signal ends it at once, and aborts the read in flight', async () => {
    const { clock, upstream, watches, opening } = scene();
    const controller = new AbortController();
    const ada = new Listener(watches.status('id', opening('ada', null, controller.signal)));
    await clock.advance(500);
    upstream.onCall = () => new Promise(() => {});
    await clock.advance(second);
    expect(upstream.aborted).toEqual([]);
    controller.abort(new Error('the socket has gone'));
    expect(upstream.aborted).toHaveLength(1);
    await settled();
    expect([ada.ended, ada.error]).toEqual([true, undefined]);
    expect(clock.sleeping).toBe(0);
  });

  test('leaving during the check of the right aborts it, unless another waits for it', async () => {
    const { clock, upstream, status } = scene();
    upstream.onCall = () => clock.sleep(5 * second);
    const first = status('ada');
    const second_ = status('ada');
    await settled();
    await first.leave();
    expect(upstream.aborted).toEqual([]);
    await second_.leave();
    expect(upstream.aborted).toHaveLength(1);
    await clock.advance(minute);
    expect([...first.events, ...second_.events]).toEqual([]);
    expect(upstream.calls).toHaveLength(1);
  });

  test('it outlives the one who started it', async () => {
    const { clock, upstream, status } = scene();
    const ada = status('ada');
    const ben = status('ben');
    await clock.advance(500);
    await ada.leave();
    upstream.run = automlRun('COMPLETED');
    await clock.advance(2 * second);
    expect(ben.events.map((event) => event.status)).toEqual(['RUNNING', 'COMPLETED']);
    expect(upstream.calls.at(-1)?.person).toBe('ben');
  });

  test('close() ends streams, those under way, those being let in and those to come, with a code to come back on', async () => {
    const { clock, upstream, watches, status } = scene();
    const seated = status('ada');
    await settled();
    upstream.onCall = ({ person }) => (person === 'ben' ? new Promise(() => {}) : undefined);
    const entering = status('ben');
    await settled();
    watches.close();
    const late = status('ada');
    await settled();
    for (const { error } of [seated, entering, late]) {
      expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', details: { retryAfterSeconds: 1 } });
    }
    expect(clock.sleeping).toBe(0);
  });

  test('a source that does not heed its signal is left behind', async () => {
    const ignoring = async function* () {
      yield 1;
      await new Promise(() => {});
    };
    const stream = endable(new AbortController().signal, ignoring);
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    const waiting = stream.next();
    await stream.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('a signal that had aborted before, and a stream nobody read, cost no read', async () => {
    const { upstream, watches, opening } = scene();
    const gone = new Listener(watches.status('id', opening('ada', null, AbortSignal.abort())));
    await watches.status('id', opening('ada')).return?.();
    await settled();
    expect([gone.ended, gone.error, upstream.calls.length]).toEqual([true, undefined, 0]);
  });
});
