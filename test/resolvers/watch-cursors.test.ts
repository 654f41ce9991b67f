import { describe, expect, test } from 'vitest';
import type { RunStatusEvent } from '../../src/domain/runs.ts';
import { EventLog } from '../../src/resolvers/watch/event-log.ts';
import { automlRun, Listener, minute, scene, second, settled } from './watch-support.ts';

const trials = (completedTrials: number) => automlRun('RUNNING', { completedTrials, totalTrials: 500 });
const told = (events: RunStatusEvent[]) => events.map((event) => event.completedTrials);

/** A scene in which somebody (Ben) has watched five trials end. */
async function watched(options = {}) {
  const stage = scene(trials(0), options);
  const ben = stage.status('ben');
  await settled();
  for (let count = 1; count <= 5; count++) {
    stage.upstream.run = trials(count);
    await stage.clock.advance(2 * second);
  }
  const cursorAt = (index: number) => ben.events[index]?.cursor ?? 'none';
  return { ...stage, ben, cursorAt };
}

describe('going on behind a cursor', () => {
  test('what was missed, in order, nothing twice, then what comes', async () => {
    const { clock, upstream, status, cursorAt } = await watched();
    const ada = status('ada', cursorAt(1));
    await settled();
    expect(told(ada.events)).toEqual([2, 3, 4, 5]);
    upstream.run = trials(6);
    await clock.advance(2 * second);
    expect(told(ada.events)).toEqual([2, 3, 4, 5, 6]);
    expect(ada.events.every(({ previousStatus }) => previousStatus === 'RUNNING')).toBe(true);
  });

  test('nothing where nothing was missed, until the next change', async () => {
    const { clock, upstream, status, cursorAt } = await watched();
    const ada = status('ada', cursorAt(5));
    await clock.advance(10 * second);
    expect(ada.events).toEqual([]);
    upstream.run = automlRun('COMPLETED');
    await clock.advance(5 * second);
    expect(ada.events).toMatchObject([{ status: 'COMPLETED', previousStatus: 'RUNNING' }]);
    expect(ada.ended).toBe(true);
  });

  test('a cursor of the end ends without an event', async () => {
    const { status } = scene(automlRun('COMPLETED'));
    const first = status('ada');
    await settled();
    const again = status('ada', first.events[0]?.cursor ?? 'none');
    await settled();
    expect([again.events.length, again.ended, again.error]).toEqual([0, true, undefined]);
  });

  test('what was missed is given step by step to a slow reader too', async () => {
    const { watches, opening, cursorAt } = await watched();
    const stream = watches.status('id', opening('ada', cursorAt(0)));
    const seen: unknown[] = [];
    for (let count = 0; count < 5; count++) {
      seen.push((await stream.next()).value.completedTrials);
      await settled();
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  test('the events are kept for ten minutes after the last watcher left; unseen steps are not made up', async () => {
    const { clock, upstream, status, ben, cursorAt } = await watched();
    await ben.leave();
    upstream.run = trials(9);
    await clock.advance(10 * minute - second);
    const ada = status('ada', cursorAt(2));
    await settled();
    expect(told(ada.events)).toEqual([3, 4, 5, 9]);
  });

  test('nothing is kept awake for kept events', async () => {
    const { clock, ben } = await watched();
    await ben.leave();
    expect(clock.sleeping).toBe(0);
  });

  test('after they are gone, one event brings the present state, told from that of the cursor', async () => {
    const { clock, upstream, status, ben, cursorAt } = await watched();
    await ben.leave();
    upstream.run = automlRun('FINALIZING');
    await clock.advance(11 * minute);
    const ada = status('ada', cursorAt(2));
    await settled();
    expect(ada.events).toMatchObject([{ status: 'FINALIZING', previousStatus: 'RUNNING' }]);
  });

  test('after they are gone, no event where the present state is that of the cursor', async () => {
    const { clock, upstream, status, ben, cursorAt } = await watched();
    await ben.leave();
    await clock.advance(11 * minute);
    const ada = status('ada', cursorAt(5));
    await clock.advance(2 * second);
    expect([ada.events.length, ada.ended]).toEqual([0, false]);
    upstream.run = trials(6);
    await clock.advance(2 * second);
    expect(told(ada.events)).toEqual([6]);
  });

  test('a cursor of another gateway process is told what was seen here since that state', async () => {
    const before = await watched();
    const { clock, upstream, status } = scene(trials(4));
    status('ben');
    await settled();
    upstream.run = trials(5);
    await clock.advance(2 * second);
    upstream.run = trials(6);
    await clock.advance(2 * second);
    const known = status('ada', before.cursorAt(4));
    const unknown = status('ada', before.cursorAt(1));
    await settled();
    expect(told(known.events)).toEqual([5, 6]);
    expect(told(unknown.events)).toEqual([6]);
  });

  test('a run that ended meanwhile is told and the stream ends', async () => {
    const { clock, upstream, status, ben, cursorAt } = await watched();
    await ben.leave();
    upstream.run = automlRun('CANCELED');
    await clock.advance(second);
    const ada = status('ada', cursorAt(4));
    await settled();
    expect(ada.events.map((event) => event.status)).toEqual(['RUNNING', 'CANCELED']);
    expect(ada.ended).toBe(true);
  });

  test('events are bounded: of 400 missed the newest 256 are given', async () => {
    const { clock, upstream, status } = scene(trials(0));
    const ben = status('ben');
    await settled();
    for (let count = 1; count <= 400; count++) {
      upstream.run = trials(count);
      await clock.advance(second);
    }
    const ada = status('ada', ben.events[0]?.cursor ?? 'none');
    await settled();
    expect(told(ada.events)).toEqual(Array.from({ length: 256 }, (_, index) => 145 + index));
  });

  test('the log of events gives what is behind a number, or the oldest it has', () => {
    const log = new EventLog<number>('subject');
    for (let count = 1; count <= 300; count++) log.append(count, `${count % 7}`, new Date(count));
    expect([log.size, log.last?.state]).toEqual([256, 300]);
    expect([log.after(0)?.state, log.after(100)?.state, log.after(300)]).toEqual([45, 101, undefined]);
    expect([log.lastWith('3')?.state, log.lastWith('none')]).toEqual([297, undefined]);
  });
});

describe('a cursor that is none', () => {
  const cursorOf = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

  test.each([
    ['empty', ''],
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('hello').toString('base64url')],
    ['no list', Buffer.from('{"a":1}').toString('base64url')],
    ['another list', cursorOf('a', 'b', 3, 'c')],
    ['very long', 'a'.repeat(100_000)],
  ])('%s: BAD_USER_INPUT for `after`, before anything is read', async (_, after) => {
    const { upstream, status } = scene();
    const ada = status('ada', after);
    await settled();
    expect(ada.error).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'after' } });
    expect(upstream.calls).toEqual([]);
  });

  test('one of another run, or tampered with in its kind', async () => {
    const { upstream, status, watches, opening } = scene();
    const ada = status('ada');
    await settled();
    const cursor = ada.events[0]?.cursor ?? 'none';
    const [binding, epoch, sequence, fingerprint] = JSON.parse(
      Buffer.from(cursor, 'base64url').toString('utf8'),
    ) as unknown[];
    const calls = upstream.calls.length;
    const refused = [
      new Listener(watches.status('another_run', opening('ada', cursor))),
      status('ada', cursorOf(binding, epoch, 'x', fingerprint)),
      status('ada', cursorOf(binding, epoch, 1.5, fingerprint)),
      status('ada', cursorOf(binding, 7, sequence, fingerprint)),
      status('ada', cursorOf(binding, epoch, sequence, null)),
      status('ada', cursorOf(binding, epoch, sequence, fingerprint, 'more')),
    ];
    await settled();
    for (const { error } of refused) {
      expect(error).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'after' } });
    }
    expect(upstream.calls).toHaveLength(calls);
  });

  test('one with numbers nobody gave is read as the state it names', async () => {
    const { status } = scene(trials(2));
    const ada = status('ada');
    await settled();
    const parts = JSON.parse(
      Buffer.from(ada.events[0]?.cursor ?? '', 'base64url').toString('utf8'),
    ) as unknown[];
    const ahead = status('ada', cursorOf(parts[0], parts[1], 99, parts[3]));
    const odd = status('ada', cursorOf(parts[0], parts[1], -1, 'not a state'));
    await settled();
    expect(told(ahead.events)).toEqual([]);
    expect(odd.events).toMatchObject([{ completedTrials: 2, previousStatus: null }]);
  });
});
