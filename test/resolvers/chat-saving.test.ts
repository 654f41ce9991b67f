import { describe, expect, test } from 'vitest';
import { type ErrorCode, MlgraphError } from '../../src/domain/errors.ts';
import { Saver } from '../../src/resolvers/chat/saver.ts';
import { Round, Rounds } from '../../src/resolvers/chat/saving-round.ts';
import { FakeClock, settled } from './watch-support.ts';

type Change = { key: string; change: { content?: string } };

/** One person's replies over a store that says what it was called with. */
function stage() {
  const clock = new FakeClock();
  const round = new Round(clock);
  const calls: { at: number; contents: Record<string, string | undefined> }[] = [];
  const start = clock.now();
  const stored = {
    answer: async (changes: readonly Change[]): Promise<ReadonlySet<string>> =>
      new Set(changes.map(({ key }) => key)),
  };
  const store = {
    updateReplies: (changes: readonly Change[]) => {
      const contents = Object.fromEntries(changes.map(({ key, change }) => [key, change.content]));
      calls.push({ at: clock.now() - start, contents });
      return stored.answer(changes);
    },
  };
  const texts: Record<string, string> = {};
  const gone: string[] = [];
  const saverOf = (key: string) =>
    new Saver(clock, round, {
      key,
      store,
      state: () => ({ content: texts[key] }),
      gone: () => gone.push(key),
    });
  const grow = (key: string, saver: Saver, text: string) => {
    texts[key] = (texts[key] ?? '') + text;
    saver.soon();
  };
  return { clock, round, calls, stored, store, texts, gone, saverOf, grow };
}
const failure = (code: ErrorCode) => new MlgraphError(code, 'no');

describe("one person's replies", () => {
  test('that grow in one second are written in one call, as they are then', async () => {
    const { clock, calls, saverOf, grow } = stage();
    const [a, b] = [saverOf('a'), saverOf('b')];
    grow('a', a, 'one ');
    await clock.advance(400);
    grow('b', b, 'uno ');
    grow('a', a, 'two');
    await clock.advance(2_000);
    expect(calls).toEqual([{ at: 1_000, contents: { a: 'one two', b: 'uno ' } }]);
    grow('b', b, 'dos');
    await clock.advance(1_000);
    expect(calls.slice(1)).toEqual([{ at: 3_000, contents: { b: 'uno dos' } }]);
  });

  test('are written one call at a time: what comes meanwhile goes together, in its last state', async () => {
    const { calls, stored, texts, saverOf } = stage();
    const first = Promise.withResolvers<ReadonlySet<string>>();
    stored.answer = () => first.promise;
    const [a, b] = [saverOf('a'), saverOf('b')];
    texts.a = '1';
    a.now();
    await settled();
    stored.answer = async (changes) => new Set(changes.map(({ key }) => key));
    texts.a = '12';
    a.now();
    texts.b = '1';
    b.now();
    const last = a.last(() => ({ content: 'the end' }));
    await settled();
    expect(calls).toHaveLength(1);
    first.resolve(new Set(['a']));
    expect(await last).toBe(true);
    expect(calls.slice(1)).toEqual([{ at: 0, contents: { a: 'the end', b: '1' } }]);
  });

  test('are told that there is nothing to write to', async () => {
    const { clock, stored, gone, saverOf, grow } = stage();
    stored.answer = async () => new Set(['a']);
    grow('a', saverOf('a'), '1');
    grow('b', saverOf('b'), '1');
    await clock.advance(1_000);
    expect(gone).toEqual(['b']);
  });

  test('are not held up by one that the store refuses', async () => {
    const { clock, calls, stored, saverOf, grow } = stage();
    stored.answer = async (changes) => {
      if (changes.some(({ key }) => key === 'b')) throw failure('UPSTREAM_ERROR');
      return new Set(changes.map(({ key }) => key));
    };
    for (const key of ['a', 'b', 'c']) grow(key, saverOf(key), key);
    await clock.advance(1_000);
    expect(calls.map(({ contents }) => Object.keys(contents).join())).toEqual(['a,b,c', 'a', 'b', 'c']);
    await clock.advance(1_000);
    expect(calls.slice(4)).toEqual([{ at: 2_000, contents: { b: 'b' } }]);
  });

  test('are tried again together where the store does not answer', async () => {
    const { clock, calls, stored, saverOf, grow } = stage();
    stored.answer = async () => {
      throw failure('UPSTREAM_UNAVAILABLE');
    };
    for (const key of ['a', 'b']) grow(key, saverOf(key), key);
    await clock.advance(2_000);
    expect(calls.map(({ at, contents }) => [at, Object.keys(contents).join()])).toEqual([
      [1_000, 'a,b'],
      [2_000, 'a,b'],
    ]);
  });

  test('go in several calls where they are long', async () => {
    const { clock, calls, saverOf, grow } = stage();
    for (const key of ['a', 'b', 'c', 'd']) grow(key, saverOf(key), 'w'.repeat(400_000));
    await clock.advance(1_000);
    expect(calls.map(({ contents }) => Object.keys(contents).join())).toEqual(['a,b', 'c,d']);
  });

  test('are not forgotten when another ends in the same moment', async () => {
    const { clock, calls, saverOf, grow } = stage();
    const [a, b] = [saverOf('a'), saverOf('b')];
    grow('a', a, '1');
    const last = a.last(() => ({ content: 'the end' }));
    grow('b', b, '1');
    await last;
    await clock.advance(1_000);
    expect(calls.map(({ contents }) => contents)).toEqual([{ a: 'the end' }, { b: '1' }]);
  });

  test('leave nothing waiting when the last of them has ended', async () => {
    const { clock, saverOf, grow } = stage();
    const a = saverOf('a');
    grow('a', a, '1');
    await a.last(() => ({ content: 'the end' }));
    await settled();
    expect(clock.sleeping).toBe(0);
  });
});

describe('the rounds of several people', () => {
  test('have their beats spread over the second', async () => {
    const { clock, calls, store } = stage();
    const rounds = new Rounds(clock);
    for (const owner of ['ada', 'ben', 'kim', 'olaf']) {
      const { round } = rounds.open(owner);
      new Saver(clock, round, { key: owner, store, state: () => ({ content: '' }), gone: () => {} }).soon();
    }
    await clock.advance(1_000);
    const beats = calls.map(({ at }) => at).sort((one, other) => one - other);
    expect(beats).toHaveLength(4);
    for (const [index, at] of beats.slice(1).entries()) expect(at - (beats[index] ?? 0)).toBeGreaterThan(100);
  });

  test('are one for each person, and a new one once nobody needs it', () => {
    const rounds = new Rounds(new FakeClock());
    const [first, second] = [rounds.open('ada'), rounds.open('ada')];
    expect(second.round).toBe(first.round);
    expect(rounds.open('ben').round).not.toBe(first.round);
    first.close();
    const third = rounds.open('ada');
    expect(third.round).toBe(first.round);
    second.close();
    third.close();
    expect(rounds.open('ada').round).not.toBe(first.round);
  });
});
