import { describe, expect, test } from 'vitest';
import { MlgraphError, unauthenticated } from '../../src/domain/errors.ts';
import type { GenieMessage } from '../../src/domain/genie.ts';
import { askGenie } from '../../src/resolvers/genie/ask.ts';
import type { GenieQuestionsDeps } from '../../src/resolvers/genie/index.ts';
import { watchGenieReply } from '../../src/resolvers/genie/watch.ts';
import { home, secretId, spaceId, stage } from './genie-support.ts';
import { Listener, minute, second, settled } from './watch-support.ts';

/** A question that is being answered, and who watches it. */
async function scene(options: Partial<GenieQuestionsDeps> = {}, as: 'USER' | 'APP' = 'USER') {
  const it = stage(options);
  const asker = as === 'APP' ? ('mia' as const) : ('ada' as const);
  const { message } = await askGenie(
    { spaceId: as === 'APP' ? secretId : spaceId, question: 'How many?', as },
    it.by(asker),
  );
  const { spaceKey, conversationKey, messageKey } = message;
  const place = { home, spaceKey, conversationKey, messageKey };
  const watch = (who: keyof typeof it.people = asker, after: string | null = null) => {
    const opening = { identity: it.people[who], after, signal: new AbortController().signal };
    return new Listener(it.questions.replies(place, opening));
  };
  const turn = (change: Partial<GenieMessage>) => it.workspace.turn(messageKey, change);
  const polls = () => it.workspace.callsOf('getMessage');
  return { ...it, message, watch, turn, polls };
}
const statusesOf = ({ events }: { events: { message: GenieMessage }[] }) =>
  events.map(({ message }) => message.status);

describe('what a watcher is told', () => {
  test('the state now, each change of status or of what is there, and an end when it is final', async () => {
    const { clock, watch, turn } = await scene();
    const ada = watch();
    await clock.advance(2 * second);
    turn({ status: 'ASKING_AI' });
    await clock.advance(4 * second);
    turn({ status: 'EXECUTING_QUERY' });
    await clock.advance(5 * second);
    const place = { spaceKey: '', conversationKey: '', messageKey: '', attachmentKey: '' };
    turn({ query: { place, as: 'USER', sql: 'select 1', description: null, hasRun: true } });
    await clock.advance(6 * second);
    turn({ updatedAt: new Date(clock.now()) });
    await clock.advance(6 * second);
    turn({ status: 'COMPLETED', text: '42' });
    await clock.advance(6 * second);
    expect(statusesOf(ada)).toEqual([
      'SUBMITTED',
      'ASKING_AI',
      'EXECUTING_QUERY',
      'EXECUTING_QUERY',
      'EXECUTING_QUERY',
      'COMPLETED',
    ]);
    expect(ada.ended).toBe(true);
    expect(ada.error).toBeUndefined();
    expect(new Set(ada.events.map(({ cursor }) => cursor)).size).toBe(6);
    expect(ada.events[1]?.at.getTime()).toBeGreaterThan(ada.events[0]?.at.getTime() ?? Number.NaN);
    expect(clock.sleeping).toBe(0);
  });

  test.each(['COMPLETED', 'FAILED', 'CANCELED', 'QUERY_RESULT_EXPIRED'] as const)(
    '%s is final',
    async (status) => {
      const { clock, watch, turn, polls } = await scene();
      turn({ status });
      const ada = watch();
      await clock.advance(minute);
      expect(statusesOf(ada)).toEqual([status]);
      expect(ada.ended).toBe(true);
      expect(polls()).toHaveLength(1);
    },
  );

  test('behind a cursor what was missed, and the state only if it is another; it never expires', async () => {
    const it = await scene();
    const { clock, watch, turn, workspace } = it;
    const first = watch();
    await clock.advance(2 * second);
    const [seen] = first.events;
    await first.leave();
    const second_ = watch('ada', seen?.cursor);
    await clock.advance(2 * second);
    expect(second_.events).toEqual([]);
    turn({ status: 'ASKING_AI' });
    await clock.advance(15 * second);
    expect(statusesOf(second_)).toEqual(['ASKING_AI']);
    turn({ status: 'COMPLETED' });
    await clock.advance(15 * second);
    const last = second_.events.at(-1);
    await clock.advance(60 * minute);
    const other = it.by('ada', { questions: it.open() });
    const { messageId } = { messageId: it.message.id };
    const same = new Listener(watchGenieReply({ messageId, after: last?.cursor }, other) as never);
    const behind = new Listener(watchGenieReply({ messageId, after: seen?.cursor }, other) as never);
    await clock.advance(second);
    expect([same.events, same.ended, same.error]).toEqual([[], true, undefined]);
    expect(statusesOf(behind as never)).toEqual(['COMPLETED']);
    expect(workspace.messages).toHaveLength(1);
  });

  test('a result that has expired since, or is there again, is told to who comes anew', async () => {
    const { clock, watch, turn } = await scene();
    turn({ status: 'COMPLETED' });
    const first = watch();
    await clock.advance(second);
    turn({ status: 'QUERY_RESULT_EXPIRED' });
    const again = watch('ada', first.events.at(-1)?.cursor);
    await clock.advance(second);
    expect(statusesOf(again)).toEqual(['QUERY_RESULT_EXPIRED']);
    expect(again.ended).toBe(true);
  });

  test('a cursor of another message is refused', async () => {
    const { clock, watch } = await scene();
    const ada = watch('ada', 'nothing');
    await clock.advance(second);
    expect(ada.error).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'after' } });
  });
});

describe('the poll loop', () => {
  test('200 sockets of one person cost the polls of one', async () => {
    const pollsOf = async (sockets: number) => {
      const { clock, watch, turn, polls } = await scene();
      const all = Array.from({ length: sockets }, () => watch());
      await clock.advance(30 * second);
      turn({ status: 'COMPLETED' });
      await clock.advance(15 * second);
      expect(new Set(all.map((each) => statusesOf(each).join()))).toEqual(new Set(['SUBMITTED,COMPLETED']));
      expect(all.every(({ ended }) => ended)).toBe(true);
      return polls().length;
    };
    const alone = await pollsOf(1);
    expect(alone).toBeGreaterThan(5);
    expect(await pollsOf(200)).toBe(alone);
  });

  const gapsOf = (calls: { at: number }[]) =>
    calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0));

  test('is 1, 2, 3, 4 s, then 5 s for a minute, then slower up to 15 s', async () => {
    const { clock, watch, polls } = await scene();
    watch();
    await clock.advance(3 * minute);
    const gaps = gapsOf(polls());
    expect(gaps.slice(0, 14)).toEqual([1, 2, 3, 4, ...Array(10).fill(5)].map((seconds) => seconds * second));
    expect(gaps.slice(14, 18)).toEqual([7_500, 11_250, 15_000, 15_000]);
  });

  test('by 20 % more or less, and quicker where it is told so', async () => {
    for (const [random, factor] of [
      [0, 0.8],
      [1, 1.2],
    ] as const) {
      const { clock, watch, polls } = await scene({ random: () => random, firstPollMs: 100 });
      watch();
      await clock.advance(3 * second);
      const expected = [100, 200, 300, 400, 500].map((ms) => Math.round(ms * factor));
      expect(gapsOf(polls()).slice(0, 5).map(Math.round)).toEqual(expected);
    }
  });

  test('gives up after ten minutes, and begins anew for who comes back', async () => {
    const { clock, watch, turn, polls } = await scene();
    const ada = watch();
    await clock.advance(9 * minute);
    expect(ada.ended).toBe(false);
    await clock.advance(2 * minute);
    expect(ada.error).toMatchObject({ code: 'UPSTREAM_TIMEOUT', details: { upstream: 'databricks' } });
    expect(clock.sleeping).toBe(0);
    const count = polls().length;
    const again = watch('ada', ada.events.at(-1)?.cursor);
    await clock.advance(2 * second);
    expect(polls().length).toBeGreaterThan(count + 1);
    turn({ status: 'COMPLETED' });
    await clock.advance(10 * second);
    expect(statusesOf(again)).toEqual(['COMPLETED']);
  });

  test('ends with its last watcher', async () => {
    const { clock, watch, polls } = await scene();
    const ada = watch();
    await clock.advance(2 * second);
    await ada.leave();
    await settled();
    expect(clock.sleeping).toBe(0);
    const count = polls().length;
    await clock.advance(minute);
    expect(polls()).toHaveLength(count);
  });

  test('a passing failure is tried again', async () => {
    const { clock, watch, turn, workspace } = await scene();
    const ada = watch();
    await clock.advance(2 * second);
    workspace.before = () => {
      throw new MlgraphError('UPSTREAM_UNAVAILABLE', 'down');
    };
    await clock.advance(20 * second);
    workspace.before = () => undefined;
    turn({ status: 'COMPLETED' });
    await clock.advance(minute);
    expect(statusesOf(ada)).toEqual(['SUBMITTED', 'COMPLETED']);
  });
});

describe('whose it is', () => {
  test('nobody else can watch it, administrators included', async () => {
    const { clock, watch } = await scene();
    const ada = watch();
    const others = (['ben', 'mia', 'grace'] as const).map((who) => watch(who));
    await clock.advance(second);
    for (const { error, events } of others) {
      expect(error).toMatchObject({ code: 'NOT_FOUND', details: { field: 'messageId' } });
      expect(events).toEqual([]);
    }
    expect(ada.ended).toBe(false);
  });

  test('the right is proven again with the own token', async () => {
    const { clock, watch, workspace } = await scene();
    const ada = watch();
    await clock.advance(minute);
    workspace.before = () => {
      throw unauthenticated('no longer');
    };
    await clock.advance(20 * second);
    expect(ada.error).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('what the application asked is watched as the application, and audited once a stream', async () => {
    const { clock, watch, audited, workspace, people, turn } = await scene({}, 'APP');
    audited.length = 0;
    const mia = watch();
    const grace = watch('grace');
    await clock.advance(2 * second);
    turn({ status: 'ASKING_AI' });
    await clock.advance(5 * second);
    expect(grace.error).toMatchObject({ code: 'NOT_FOUND' });
    expect(statusesOf(mia)).toEqual(['SUBMITTED', 'ASKING_AI']);
    expect(audited).toMatchObject([{ action: 'upstream.watchAsApp', actor: 'mia', outcome: 'OK' }]);
    expect(new Set(workspace.callsOf('getMessage').map(({ by }) => by))).toEqual(new Set(['app']));
    people.mia.roles = [];
    await clock.advance(10 * second);
    expect(mia.error).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('an end of the gateway ends the streams, to be gone on with', async () => {
    const { clock, watch, questions } = await scene();
    const ada = watch();
    await clock.advance(second);
    await questions.close();
    await settled();
    expect(ada.error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', details: { retryAfterSeconds: 1 } });
    const late = watch();
    await settled();
    expect(late.error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(clock.sleeping).toBe(0);
  });
});

test('Last-Event-ID wins over `after`', async () => {
  const it = await scene();
  it.turn({ status: 'COMPLETED' });
  const first = it.watch();
  await it.clock.advance(second);
  const context = { ...it.by('ada'), signedIn: it.people.ada, lastEventId: first.events[0]?.cursor ?? null };
  const args = { messageId: it.message.id, after: 'nothing' };
  const stream = watchGenieReply(args, context as never)[Symbol.asyncIterator]();
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});
