import { describe, expect, test } from 'vitest';
import { forbidden, MlgraphError, unauthenticated } from '../../src/domain/errors.ts';
import type { LogChunk } from '../../src/domain/runs.ts';
import { LogWindow } from '../../src/resolvers/watch/log-window.ts';
import { automlRun, Listener, minute, scene, second, settled } from './watch-support.ts';

const textOf = ({ events }: { events: LogChunk[] }) => events.map(({ text }) => text).join('');
const lines = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `line ${from + index}\n`).join('');

describe('what a subscriber is told', () => {
  test('the text from the first line, then as it is written, until the run is final and read to the end', async () => {
    const { clock, upstream, logs } = scene();
    upstream.text = lines(3);
    const ada = logs('ada');
    await clock.advance(second);
    expect(textOf(ada)).toBe(lines(3));
    upstream.text += lines(2, 3);
    await clock.advance(5 * second);
    expect(textOf(ada)).toBe(lines(5));
    upstream.text += 'the end';
    upstream.run = automlRun('COMPLETED');
    await clock.advance(20 * second);
    expect(textOf(ada)).toBe(`${lines(5)}the end`);
    expect(ada.events.map(({ complete }) => complete)).toEqual([false, false, true]);
    expect([ada.ended, ada.error]).toEqual([true, undefined]);
    expect(clock.sleeping).toBe(0);
  });

  test('a log of many megabytes of a run that is over, in bounded chunks, at once', async () => {
    const { upstream, logs } = scene(automlRun('COMPLETED'));
    upstream.text = lines(100_000);
    const ada = logs('ada');
    for (let turn = 0; turn < 50 && !ada.ended; turn++) await settled();
    expect(ada.ended).toBe(true);
    expect(textOf(ada)).toBe(upstream.text);
    expect(Math.max(...ada.events.map(({ text }) => text.length))).toBeLessThanOrEqual(64 * 1024);
    expect(upstream.count('run')).toBe(1);
  });

  test('a run without a line is one empty chunk at its end', async () => {
    const { logs } = scene(automlRun('CANCELED'));
    const ada = logs('ada');
    await settled();
    expect(ada.events).toEqual([{ text: '', cursor: 'byte 0', complete: true }]);
    expect(ada.ended).toBe(true);
  });

  test('nothing is told while nothing is written', async () => {
    const { clock, logs } = scene();
    const ada = logs('ada');
    await clock.advance(5 * minute);
    expect([ada.events, ada.ended]).toEqual([[], false]);
  });

  test('the end is told soon after the status turned final, however long nothing was written', async () => {
    const { clock, upstream, logs } = scene();
    const ada = logs('ada');
    await clock.advance(20 * minute);
    upstream.run = automlRun('COMPLETED');
    await clock.advance(20 * second);
    expect(ada.ended).toBe(true);
  });

  test('going on behind a cursor', async () => {
    const { clock, upstream, logs } = scene();
    upstream.text = lines(10);
    const ben = logs('ben');
    await clock.advance(second);
    upstream.text += lines(10, 10);
    await clock.advance(10 * second);
    const ada = logs('ada', ben.events[0]?.cursor);
    const here = logs('ada', ben.events[1]?.cursor);
    await settled();
    expect([textOf(ada), textOf(here)]).toEqual([lines(10, 10), '']);
    upstream.text += lines(1, 20);
    await clock.advance(10 * second);
    expect([textOf(ada), textOf(here)]).toEqual([lines(11, 10), lines(1, 20)]);
  });

  test('a cursor that the reader refuses is BAD_USER_INPUT for `after`, one that is gone CURSOR_EXPIRED; for its subscriber only', async () => {
    const { clock, upstream, logs } = scene();
    upstream.text = lines(10);
    const ada = logs('ada');
    await settled();
    const refused = logs('ada', 'nonsense');
    const empty = logs('ada', '');
    await settled();
    upstream.onCall = ({ position }) => {
      if (position === 'byte 3') throw new MlgraphError('CURSOR_EXPIRED', 'The file was replaced.');
    };
    const gone = logs('ada', 'byte 3');
    await settled();
    for (const { error } of [refused, empty]) {
      expect(error).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'after' } });
    }
    expect(gone.error).toMatchObject({ code: 'CURSOR_EXPIRED' });
    upstream.text += lines(5, 10);
    await clock.advance(10 * second);
    expect(textOf(ada)).toBe(lines(15));
  });

  test('a first cursor that is refused does not hinder who comes next', async () => {
    const { upstream, logs } = scene();
    upstream.text = lines(3);
    const refused = logs('ada', 'nonsense');
    const ada = logs('ada');
    await settled();
    expect(refused.error).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(textOf(ada)).toBe(lines(3));
  });
});

describe('sharing', () => {
  const readsOf = async (people: number, subscribers: number) => {
    const { clock, upstream, logs } = scene();
    upstream.text = lines(100);
    const listeners = Array.from({ length: subscribers }, (_, index) => logs(`person ${index % people}`));
    for (let from = 100; from < 1_000; from += 100) {
      await clock.advance(7 * second);
      upstream.text += lines(100, from);
    }
    upstream.run = automlRun('COMPLETED');
    await clock.advance(minute);
    expect(new Set(listeners.map((listener) => listener.ended && textOf(listener)))).toEqual(
      new Set([upstream.text]),
    );
    return { runs: upstream.count('run'), logs: upstream.count('logs') };
  };

  test('1,000 subscribers of 50 people cost the reads of one, and one small read of rights per person', async () => {
    const alone = await readsOf(1, 1);
    expect(alone.logs).toBeGreaterThan(10);
    expect(await readsOf(50, 1_000)).toEqual({ runs: alone.runs + 49, logs: alone.logs + 50 });
  });

  test('who comes later reads what is no longer at hand, and shares the rest', async () => {
    const { clock, upstream, logs } = scene();
    upstream.text = lines(50_000);
    const early = logs('ada');
    await clock.advance(10 * second);
    const before = upstream.count('logs');
    const late = logs('ben');
    await clock.advance(second);
    expect(textOf(late)).toBe(upstream.text);
    const catchUp = upstream.count('logs') - before;
    expect(catchUp).toBeLessThan(upstream.text.length / (64 * 1024) + 4);
    upstream.text += lines(10, 50_000);
    const shared = upstream.count('logs');
    await clock.advance(4 * second);
    expect(upstream.count('logs') - shared).toBeLessThanOrEqual(3);
    expect([textOf(early), textOf(late)]).toEqual([upstream.text, upstream.text]);
  });

  test('those who stand at different places each get their own rest', async () => {
    const { clock, upstream, logs } = scene();
    upstream.text = lines(10);
    const ada = logs('ada');
    const ben = logs('ben', 'byte 5 in other words');
    for (let from = 10; from < 20; from++) {
      await clock.advance(10 * second);
      upstream.text += lines(1, from);
    }
    await clock.advance(10 * second);
    expect(textOf(ada)).toBe(upstream.text);
    expect(textOf(ben)).toBe(upstream.text.slice(5));
    const polls = new Map<number, number>();
    for (const { kind, at } of upstream.calls) if (kind === 'logs') polls.set(at, (polls.get(at) ?? 0) + 1);
    expect(Math.max(...[...polls.values()].slice(1))).toBeLessThanOrEqual(4);
  });

  test('they meet as soon as a read brings both to the same place', async () => {
    const { clock, upstream, logs } = scene();
    upstream.text = lines(10);
    const ada = logs('ada');
    await clock.advance(minute);
    upstream.text += lines(1, 10); // behind Ada's last poll: Ben will wait ahead of her
    const ben = logs('ben', 'byte 5');
    await clock.advance(minute);
    const before = upstream.calls.length;
    upstream.text += lines(1, 11);
    await clock.advance(minute);
    const reads = upstream.calls.slice(before).filter(({ kind }) => kind === 'logs');
    expect(new Set(reads.map(({ at }) => at)).size).toBe(reads.length);
    expect([textOf(ada), textOf(ben)]).toEqual([upstream.text, upstream.text.slice(5)]);
  });

  test('a place that is no longer kept ends the streams that wait there, not those elsewhere', async () => {
    const { clock, upstream, logs } = scene();
    upstream.text = lines(10);
    const ada = logs('ada');
    const ben = logs('ben', 'byte 5 in other words');
    await clock.advance(second);
    upstream.onCall = ({ position }) => {
      if (position?.endsWith('words')) throw new MlgraphError('CURSOR_EXPIRED', 'The file was replaced.');
    };
    await clock.advance(10 * second);
    expect(ben.error).toMatchObject({ code: 'CURSOR_EXPIRED' });
    upstream.text += lines(1, 10);
    await clock.advance(10 * second);
    expect(textOf(ada)).toBe(upstream.text);
  });

  test('nobody is given text by another’s token that their own may not read', async () => {
    const { clock, upstream, logs } = scene();
    upstream.text = lines(10);
    const ada = logs('ada');
    await settled();
    upstream.onCall = ({ kind, person }) => {
      if (kind === 'logs' && person === 'olaf') throw forbidden('No logs for you.');
    };
    const olaf = logs('olaf');
    const again = logs('olaf', 'byte 0');
    await settled();
    expect([olaf.error, again.error]).toMatchObject([{ code: 'FORBIDDEN' }, { code: 'FORBIDDEN' }]);
    expect([olaf.events, again.events]).toEqual([[], []]);
    upstream.text += lines(1, 10);
    await clock.advance(5 * second);
    expect(textOf(ada)).toBe(upstream.text);
  });

  test('a right to the logs is proven again after five minutes, before more is given', async () => {
    const { clock, upstream, logs } = scene();
    upstream.text = lines(10);
    const [ada] = [logs('ada'), logs('ben')];
    await clock.advance(second);
    const olaf = logs('olaf');
    await clock.advance(second);
    upstream.onCall = ({ kind, person }) => {
      if (kind === 'logs' && person === 'olaf') throw forbidden('No more.');
    };
    await clock.advance(6 * minute);
    expect(olaf.ended).toBe(false); // not one whose token the polls use: nothing has told yet
    upstream.text += lines(10, 10);
    await clock.advance(2 * minute);
    expect(textOf(ada)).toBe(upstream.text);
    expect(textOf(olaf)).toBe(lines(10));
    expect(olaf.error).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('a lost right to the logs is forgotten: who comes back is refused what is at hand', async () => {
    const { clock, upstream, logs } = scene();
    upstream.text = lines(10);
    logs('ada');
    const olaf = logs('olaf');
    await clock.advance(second);
    upstream.onCall = ({ kind, person }) => {
      if (kind === 'logs' && person === 'olaf') throw forbidden('No more.');
    };
    const refused = logs('olaf', 'byte 3');
    await settled();
    const back = logs('olaf');
    await settled();
    expect(textOf(olaf)).toBe(lines(10));
    expect([refused.error, back.error]).toMatchObject([{ code: 'FORBIDDEN' }, { code: 'FORBIDDEN' }]);
    expect(back.events).toEqual([]);
  });

  test('a shared read that fails for its starter’s token is read again by the next', async () => {
    const { upstream, logs } = scene();
    upstream.text = lines(10);
    const revoked = Promise.withResolvers<void>();
    upstream.onCall = async ({ kind, person }) => {
      if (kind === 'run' || person !== 'ada') return;
      await revoked.promise;
      throw unauthenticated('Revoked.');
    };
    const ada = logs('ada');
    const ben = logs('ben');
    await settled();
    expect(ben.events).toEqual([]);
    revoked.resolve();
    await settled();
    expect(ada.error).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(textOf(ben)).toBe(lines(10));
  });

  test('losing the right to the run ends the stream of its logs', async () => {
    const { clock, upstream, logs } = scene();
    const ada = logs('ada');
    const olaf = logs('olaf');
    await clock.advance(second);
    upstream.onCall = ({ kind, person }) => {
      if (kind === 'run' && person === 'olaf') throw forbidden('No.');
    };
    await clock.advance(5 * minute);
    expect(olaf.error).toMatchObject({ code: 'FORBIDDEN' });
    expect(ada.ended).toBe(false);
  });

  test('a token that fails ends its own streams, and the next is read with at once', async () => {
    const { clock, upstream, logs } = scene();
    upstream.text = lines(1);
    const ada = logs('ada');
    const ben = logs('ben');
    await clock.advance(second);
    upstream.onCall = ({ kind, person }) => {
      if (kind === 'logs' && person === 'ada') throw unauthenticated('Revoked.');
    };
    upstream.text += lines(1, 1);
    await clock.advance(10 * second);
    expect(ada.error).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(textOf(ben)).toBe(lines(2));
  });
});

describe('readers of any speed', () => {
  test('a slow reader is given all of it, from upstream where it is no longer at hand', async () => {
    const { clock, upstream, watches, opening, logs } = scene();
    upstream.text = lines(10);
    const stream = watches.logs('id', opening('ada'));
    let slow: string = (await stream.next()).value.text;
    const fast = logs('ben');
    for (let from = 10; from < 60_000; from += 10_000) {
      upstream.text += lines(10_000, from);
      await clock.advance(10 * second);
    }
    expect(textOf(fast)).toBe(upstream.text);
    upstream.run = automlRun('COMPLETED');
    await clock.advance(10 * second);
    for await (const chunk of stream) slow += chunk.text;
    expect(slow).toBe(upstream.text);
  });

  test('a reader who comes back late does not wait for the next poll', async () => {
    const { clock, upstream, watches, opening, logs } = scene();
    upstream.text = lines(1);
    logs('ben');
    const stream = watches.logs('id', opening('ada'));
    let text: string = (await stream.next()).value.text;
    await clock.advance(second);
    upstream.text += lines(20_000, 1);
    await clock.advance(20 * minute);
    while (text.length < upstream.text.length) text += (await stream.next()).value.text;
    expect(text).toBe(upstream.text);
  });

  test('what is kept at hand is bounded', () => {
    const window = new LogWindow();
    for (let index = 0; index < 1_000; index++) {
      window.put(`${index}`, { text: 'x'.repeat(10_000), cursor: `${index + 1}`, complete: false });
    }
    const kept = Array.from({ length: 1_000 }, (_, index) => window.has(`${index}`)).filter(Boolean);
    expect(kept.length).toBe(13);
    expect(window.get('999')?.cursor).toBe('1000');
    window.put('999', { text: 'another end', cursor: '2000', complete: false });
    expect(window.get('999')?.cursor).toBe('1000');
    window.put('huge', { text: 'x'.repeat(1_000_000), cursor: 'end', complete: false });
    expect([window.has('999'), window.has('huge')]).toEqual([false, true]);
    window.put('next', { text: 'x', cursor: 'end', complete: false });
    expect(window.has('huge')).toBe(false);
  });

  test.each([1, 2, 3, 4, 5, 6])(
    'any mix of writers, readers, faults and cursors (%i): nothing lost, nothing twice',
    async (seed) => {
      const random = randomFrom(seed);
      const { clock, upstream, watches, opening } = scene();
      upstream.onCall = async ({ kind }) => {
        if (kind === 'logs' && random() < 0.5) await clock.sleep(random() * second);
        if (kind === 'logs' && random() < 0.1) throw new MlgraphError('UPSTREAM_UNAVAILABLE', 'Down.');
      };
      const readers = Array.from({ length: 12 }, (_, index) => {
        const start = random() < 0.5 ? null : Math.floor(random() * 500);
        const delay = random() * 2 * minute;
        const read = async () => {
          await clock.sleep(delay);
          let text = '';
          const person = `person ${index % 4}`;
          const after = start === null ? null : `byte ${start}`;
          for await (const chunk of watches.logs('id', opening(person, after))) {
            text += chunk.text;
            if (index % 3 === 0) await clock.sleep(random() * 20 * second);
          }
          return text;
        };
        return { start: start ?? 0, outcome: read() };
      });
      upstream.text = lines(100);
      for (let turn = 0; turn < 200; turn++) {
        if (random() < 0.4) upstream.text += lines(Math.ceil(random() ** 4 * 4_000), turn);
        await clock.advance(random() * 3 * second);
      }
      upstream.run = automlRun('COMPLETED');
      await clock.advance(60 * minute);
      for (const { start, outcome } of readers) {
        expect((await outcome) === upstream.text.slice(start)).toBe(true);
      }
      expect(clock.sleeping).toBe(0);
    },
  );
});

describe('the poll loop', () => {
  test('keeps the pace of the contract: from 2 s near news to 60 s', async () => {
    const { clock, upstream, logs } = scene();
    upstream.text = lines(1);
    logs('ada');
    await clock.advance(20 * minute);
    const ats = upstream.calls.filter(({ kind }) => kind === 'logs').map(({ at }) => at);
    const gaps = ats.slice(2).map((at, index) => at - (ats[index + 1] ?? 0));
    expect(gaps[0]).toBe(2 * second);
    expect(gaps.at(-1)).toBeGreaterThan(59 * second);
    expect(gaps.at(-1)).toBeLessThanOrEqual(60 * second);
    upstream.text += lines(1, 1);
    await clock.advance(minute + 10 * second);
    const last = upstream.calls.filter(({ kind }) => kind === 'logs').map(({ at }) => at);
    expect((last.at(-1) ?? 0) - (last.at(-2) ?? 0)).toBeLessThan(10 * second);
  });

  test('a failure of the moment is tried again, one that lasts ends the streams', async () => {
    const { clock, upstream, logs } = scene();
    upstream.text = lines(1);
    const ada = logs('ada');
    await clock.advance(second);
    const down = new MlgraphError('UPSTREAM_UNAVAILABLE', 'Down.');
    upstream.onCall = ({ kind }) => {
      if (kind === 'logs') throw down;
    };
    upstream.text += lines(1, 1);
    await clock.advance(4 * minute);
    expect(ada.ended).toBe(false);
    upstream.onCall = () => undefined;
    await clock.advance(minute);
    expect(textOf(ada)).toBe(lines(2));
    upstream.onCall = ({ kind }) => {
      if (kind === 'logs') throw down;
    };
    await clock.advance(10 * minute);
    expect(ada.error).toBe(down);
  });

  test('runs only while somebody waits, and ends with the last of them at once', async () => {
    const { clock, upstream, watches, opening } = scene();
    upstream.text = lines(1);
    const controller = new AbortController();
    const stream = watches.logs('id', opening('ada', null, controller.signal));
    await stream.next();
    await clock.advance(10 * minute);
    // The status is looked at for Ada's sake; the log is not, since she has not asked for more.
    expect(upstream.count('logs')).toBe(1);
    const waiting = stream.next();
    await clock.advance(second);
    upstream.onCall = ({ kind }) => (kind === 'logs' ? new Promise(() => {}) : undefined);
    await clock.advance(5 * minute);
    upstream.aborted.length = 0;
    await clock.advance(70 * second);
    upstream.aborted.length = 0;
    controller.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(clock.sleeping).toBe(0);
    const calls = upstream.calls.length;
    await clock.advance(10 * minute);
    expect(upstream.calls).toHaveLength(calls);
  });

  test('the read in flight ends when the last who follows the log has left, though the status is watched on', async () => {
    const { clock, upstream, logs, status } = scene();
    const ben = status('ben');
    const ada = logs('ada');
    await clock.advance(500);
    upstream.onCall = ({ kind }) => (kind === 'logs' ? new Promise(() => {}) : undefined);
    await clock.advance(3 * second);
    expect(upstream.aborted).toEqual([]);
    await ada.leave();
    expect(upstream.aborted.map(({ kind }) => kind)).toEqual(['logs']);
    await clock.advance(minute);
    expect(ben.ended).toBe(false);
  });

  test('close() ends them with a code to come back on', async () => {
    const { clock, watches, logs } = scene();
    const ada = logs('ada');
    await clock.advance(second);
    watches.close();
    await settled();
    expect(ada.error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(clock.sleeping).toBe(0);
  });

  test('return() ends at once while waiting in next()', async () => {
    const { clock, watches, opening } = scene();
    const stream = watches.logs('id', opening('ada'));
    const listener = new Listener(stream);
    await clock.advance(second);
    await listener.leave();
    await settled();
    expect([listener.ended, listener.error, clock.sleeping]).toEqual([true, undefined, 0]);
  });
});

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
