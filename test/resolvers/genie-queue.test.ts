import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forbidden, MlgraphError, unauthenticated } from '../../src/domain/errors.ts';
import { createQuestionQueue, type QuestionQueueDeps } from '../../src/resolvers/genie/question-queue.ts';
import { FakeClock, minute, second, settled } from './watch-support.ts';

type Asked = { person: string; at: number; name: string };

/** A workspace that notes when it sees a question, and people who ask. */
function scene(options: Partial<QuestionQueueDeps> = {}) {
  const clock = new FakeClock();
  const start = clock.now();
  const queue = createQuestionQueue({ clock, perMinute: 5, ...options });
  const seen: Asked[] = [];
  const ask = (
    person: string,
    o: { name?: string; onWayMs?: number; answerMs?: number; signal?: AbortSignal } = {},
  ) =>
    queue.run({ person, signal: o.signal ?? new AbortController().signal }, async () => {
      if (o.onWayMs) await clock.sleep(o.onWayMs);
      seen.push({ person, at: clock.now() - start, name: o.name ?? '' });
      if (o.answerMs) await clock.sleep(o.answerMs);
      return 'asked' as const;
    });
  /** What became of it by now. */
  const outcome = (person: string, o: Parameters<typeof ask>[1] = {}) => {
    const told: { now: 'waits' | 'asked' | MlgraphError | unknown } = { now: 'waits' };
    ask(person, o).then(
      (value) => (told.now = value),
      (error: unknown) => (told.now = error),
    );
    return told;
  };
  const at = () => clock.now() - start;
  return { clock, queue, seen, ask, outcome, at };
}

const waitIn = (error: unknown): number => {
  if (error instanceof MlgraphError && error.code === 'RATE_LIMITED' && error.details.retryAfterSeconds)
    return error.details.retryAfterSeconds;
  throw error;
};

/** The most that were seen in any 60 s. */
const mostInAMinute = (seen: readonly Asked[]) => {
  const times = seen.map(({ at }) => at).sort((a, b) => a - b);
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at <= from + minute).length));
};

describe('20 questions at once against 5 a minute', () => {
  test('five are asked, the others refused at once with turns of their own, at which they are asked', async () => {
    const { clock, seen, outcome } = scene();
    const told = Array.from({ length: 20 }, () => outcome('ada'));
    await settled();
    expect(told.filter(({ now }) => now === 'asked')).toHaveLength(5);
    const waits = told.slice(5).map(({ now }) => waitIn(now));
    // One turn of each minute is left to others.
    expect(waits).toEqual([
      ...Array(4).fill(62),
      ...Array(4).fill(124),
      ...Array(4).fill(186),
      ...Array(3).fill(248),
    ]);

    const again = waits.map(async (seconds) => {
      await clock.sleep(seconds * second);
      return outcome('ada');
    });
    await clock.advance(5 * minute);
    for (const each of again) expect((await each).now).toBe('asked');
    expect(seen).toHaveLength(20);
    expect(mostInAMinute(seen)).toBe(5);
    expect(clock.sleeping).toBe(0);
  });

  test('of several people none is told to wait for all of another', async () => {
    const { outcome } = scene();
    const ada = Array.from({ length: 20 }, () => outcome('ada'));
    const ben = outcome('ben');
    await settled();
    expect(ada.filter(({ now }) => now === 'asked')).toHaveLength(5);
    expect(waitIn(ben.now)).toBe(62);
  });

  test('a moment that is free is not kept from anybody for a promise that is far away', async () => {
    const { clock, outcome } = scene({ perMinute: 1 });
    const first = outcome('ada');
    await settled();
    const refused = [outcome('ada'), outcome('ada'), outcome('ada')];
    await settled();
    expect(first.now).toBe('asked');
    expect(refused.map(({ now }) => waitIn(now))).toEqual([61, 123, 185]);
    // Nobody comes at 61 s: the turn is kept for 15 s, then it is anybody's who does not keep the next one waiting long.
    await clock.advance(70 * second);
    expect(waitIn(await settledOutcome(outcome('ben')))).toBe(177);
    await clock.advance(8 * second);
    expect(await settledOutcome(outcome('carl'))).toBe('asked');
    await clock.advance(46 * second);
    // Ada comes when she was told, and waits for what Carl took.
    const kept = outcome('ada');
    await settled();
    expect(kept.now).toBe('waits');
    await clock.advance(15 * second);
    expect(kept.now).toBe('asked');
  });
});

const settledOutcome = async (told: { now: unknown }) => {
  await settled();
  return told.now;
};

describe('waiting', () => {
  test('a question waits for its turn as long as its deadline allows', async () => {
    const { clock, outcome, at, seen } = scene();
    for (let index = 0; index < 5; index++) outcome('ada');
    await clock.advance(29 * second);
    expect(waitIn(await settledOutcome(outcome('ben')))).toBe(32);
    await clock.advance(2 * second);
    const ben = outcome('ben', { name: 'in time' });
    await clock.advance(29 * second);
    expect(ben.now).toBe('waits');
    await clock.advance(second);
    expect(ben.now).toBe('asked');
    expect(seen.at(-1)).toEqual({ person: 'ben', name: 'in time', at: 60_250 });
    expect(at()).toBe(61 * second);
    expect(mostInAMinute(seen)).toBe(5);
  });

  test('one who had fewer turns goes first, and who is too late by that is told so at once', async () => {
    const { clock, outcome, seen } = scene();
    for (let index = 0; index < 5; index++) outcome('ada');
    await clock.advance(40 * second);
    const ada = Array.from({ length: 5 }, (_, index) => outcome('ada', { name: `ada ${index}` }));
    await settled();
    expect(ada.map(({ now }) => now)).toEqual(Array(5).fill('waits'));
    const ben = [outcome('ben', { name: 'ben 0' }), outcome('ben', { name: 'ben 1' })];
    await settled();
    expect(ada.slice(0, 3).map(({ now }) => now)).toEqual(Array(3).fill('waits'));
    // Behind the turns that begin at 60.25 s, and last 62 s.
    expect(ada.slice(3).map(({ now }) => waitIn(now))).toEqual([83, 83]);
    await clock.advance(21 * second);
    expect(ben.map(({ now }) => now)).toEqual(['asked', 'asked']);
    expect(seen.slice(5).map(({ name }) => name)).toEqual(['ben 0', 'ben 1', 'ada 0', 'ada 1', 'ada 2']);
    await clock.advance(62 * second);
    expect(await settledOutcome(outcome('ada'))).toBe('asked');
    expect(await settledOutcome(outcome('ada'))).toBe('asked');
  });

  test('who leaves gives the turn to the next, and leaves nothing behind', async () => {
    const { clock, outcome, seen } = scene({ perMinute: 1 });
    outcome('ada');
    await clock.advance(40 * second);
    const leaving = new AbortController();
    const gone = outcome('ben', { signal: leaving.signal });
    await settled();
    expect(waitIn(await settledOutcome(outcome('carl')))).toBe(83);
    leaving.abort(new Error('left'));
    await settled();
    expect(gone.now).toEqual(new Error('left'));
    const dora = outcome('dora');
    await clock.advance(21 * second);
    expect(dora.now).toBe('asked');
    expect(seen.map(({ person }) => person)).toEqual(['ada', 'dora']);
    expect(clock.sleeping).toBe(0);
  });

  test('a question that is long on its way holds its turn until a minute after its answer', async () => {
    const { clock, outcome, seen } = scene({ perMinute: 1 });
    outcome('ada', { onWayMs: 9 * second, answerMs: second });
    await clock.advance(45 * second);
    const ben = outcome('ben');
    await clock.advance(25 * second);
    expect(ben.now).toBe('waits');
    await clock.advance(second);
    expect(ben.now).toBe('asked');
    expect(seen.map(({ at }) => at)).toEqual([9_000, 70_250]);
  });

  test('an end of the gateway refuses who waits and who comes', async () => {
    const { clock, outcome, queue } = scene({ perMinute: 1 });
    outcome('ada');
    await clock.advance(40 * second);
    const ben = outcome('ben');
    queue.close();
    expect(await settledOutcome(ben)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(await settledOutcome(outcome('carl'))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(clock.sleeping).toBe(0);
  });
});

describe('what Genie says', () => {
  const full = (retryAfterSeconds?: number) =>
    new MlgraphError('RATE_LIMITED', 'full', { upstream: 'databricks', retryAfterSeconds });
  const failing = (queue: ReturnType<typeof scene>['queue'], error: unknown) =>
    queue
      .run({ person: 'ada', signal: new AbortController().signal }, () => Promise.reject(error))
      .then(
        () => null,
        (failure: unknown) => failure,
      );

  test('its own refusal stops everybody for as long as it says', async () => {
    const { clock, queue, outcome, seen } = scene();
    const refused = await failing(queue, full(45));
    expect(waitIn(refused)).toBe(45);
    expect((refused as Error).cause).toMatchObject({ message: 'full' });
    expect(waitIn(await settledOutcome(outcome('ben')))).toBe(45);
    await clock.advance(20 * second);
    const carl = outcome('carl');
    await clock.advance(24 * second);
    expect(carl.now).toBe('waits');
    await clock.advance(second);
    expect(carl.now).toBe('asked');
    expect(await settledOutcome(outcome('ada'))).toBe('asked');
    expect(await settledOutcome(outcome('ben'))).toBe('asked');
    expect(seen.map(({ person }) => person)).toEqual(['carl', 'ada', 'ben']);
  });

  test('without a time, ten seconds; who waits meanwhile is refused where the pause is too long for them', async () => {
    const { clock, queue, outcome } = scene({ perMinute: 1 });
    expect(waitIn(await failing(queue, full()))).toBe(10);
    await clock.advance(10 * second);
    expect(await settledOutcome(outcome('ada'))).toBe('asked');
    await clock.advance(50 * second);
    const ben = outcome('ben');
    await clock.advance(10 * second);
    expect(ben.now).not.toBe('asked');
  });

  test('a question that never reached Genie costs no turn; one that may have does', async () => {
    const { queue, outcome } = scene({ perMinute: 1 });
    for (let index = 0; index < 3; index++)
      expect(await failing(queue, unauthenticated('no'))).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await failing(queue, forbidden('no'))).toMatchObject({ code: 'FORBIDDEN' });
    expect(waitIn(await settledOutcome(outcome('ben')))).toBe(61);
  });
});

describe('whoever comes when', () => {
  const bursts = fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 200 * second }),
      size: fc.integer({ min: 1, max: 9 }),
      lateMs: fc.integer({ min: 0, max: 10 * second }),
      onWayMs: fc.integer({ min: 0, max: 900 }),
      answerMs: fc.integer({ min: 0, max: 800 }),
      leavesAfterMs: fc.option(fc.integer({ min: 0, max: 40 * second }), { freq: 6 }),
    }),
    { minLength: 1, maxLength: 12 },
  );

  test('each question is asked, or refused with seconds after which it is; never too many in a minute', async () => {
    await fc.assert(
      fc.asyncProperty(bursts, fc.integer({ min: 1, max: 8 }), async (arrivals, perMinute) => {
        // Turns are promised for half an hour ahead.
        fc.pre(arrivals.reduce((sum, { size }) => sum + size, 0) / perMinute < 25);
        const { clock, ask, seen } = scene({ perMinute });
        const failures: unknown[] = [];
        let asked = 0;
        let left = 0;
        const questions = arrivals.flatMap(({ size, ...arrival }, index) =>
          Array.from({ length: size }, async () => {
            const { at, lateMs, onWayMs, answerMs, leavesAfterMs } = arrival;
            const person = `person ${index}`;
            await clock.sleep(at);
            const leaving = new AbortController();
            if (leavesAfterMs !== null)
              clock.sleep(leavesAfterMs).then(() => leaving.abort(new Error('left')));
            const first = await ask(person, { onWayMs, answerMs, signal: leaving.signal }).catch(
              (e: unknown) => e,
            );
            if (first === 'asked') asked++;
            else if (leaving.signal.aborted && first === leaving.signal.reason) left++;
            else {
              await clock.sleep(waitIn(first) * second + lateMs);
              await ask(person, { onWayMs, answerMs });
              asked++;
            }
          }),
        );
        const all = Promise.all(questions.map((question) => question.catch((error) => failures.push(error))));
        await clock.advance(120 * minute);
        await all;
        expect(failures).toEqual([]);
        expect(asked + left).toBe(questions.length);
        expect(seen.length).toBe(asked);
        expect(mostInAMinute(seen)).toBeLessThanOrEqual(perMinute);
        expect(clock.sleeping).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('never too many in a minute, however slow Genie is', async () => {
    const slow = fc.array(
      fc.record({
        at: fc.integer({ min: 0, max: 300 * second }),
        person: fc.constantFrom('ada', 'ben', 'carl'),
        onWayMs: fc.integer({ min: 0, max: 14 * second }),
        answerMs: fc.integer({ min: 0, max: 20 * second }),
      }),
      { minLength: 10, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(slow, fc.integer({ min: 1, max: 8 }), async (questions, perMinute) => {
        const { clock, ask, seen } = scene({ perMinute });
        const asking = questions.map(async ({ at, person, ...way }) => {
          await clock.sleep(at);
          for (let attempt = 0; attempt < 3; attempt++) {
            const told = await ask(person, way).catch((error: unknown) => error);
            if (told === 'asked') return;
            await clock.sleep(waitIn(told) * second);
          }
        });
        await clock.advance(120 * minute);
        await Promise.all(asking);
        expect(mostInAMinute(seen)).toBeLessThanOrEqual(perMinute);
        expect(clock.sleeping).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  test('one person who asks without end leaves turns to the others', async () => {
    const { clock, ask, outcome, seen } = scene();
    let ends = false;
    const hammer = async () => {
      while (!ends) {
        await ask('ada').catch(() => undefined);
        await clock.sleep(500);
      }
    };
    const hammering = Promise.all([hammer(), hammer(), hammer()]);
    await clock.advance(5 * minute);
    for (let index = 0; index < 5; index++) {
      const ben = outcome('ben');
      await settled();
      if (ben.now !== 'waits' && ben.now !== 'asked') {
        const seconds = waitIn(ben.now);
        expect(seconds).toBeLessThanOrEqual(65);
        await clock.advance(seconds * second);
        const again = outcome('ben');
        await clock.advance(30 * second);
        expect(again.now).toBe('asked');
      } else await clock.advance(30 * second);
    }
    ends = true;
    await clock.advance(minute);
    await hammering;
    expect(seen.filter(({ person }) => person === 'ben')).toHaveLength(5);
    expect(mostInAMinute(seen)).toBeLessThanOrEqual(5);
  });
});
