import { describe, expect, test } from 'vitest';
import { MlgraphError } from '../../src/domain/errors.ts';
import {
  type FakeResponse,
  failure,
  kindsOf,
  openEvents,
  send,
  stage,
  takeReply,
  textOf,
} from './chat-support.ts';
import { settled } from './watch-support.ts';

const upstreamError = (code: MlgraphError['code']) => new MlgraphError(code, `it is ${code}`);

/** Runs one reply; `answer` writes the upstream's part. */
async function replied(answer: (response: FakeResponse) => unknown, scene = stage()) {
  const session = scene.store.session('ada');
  scene.foundry.onAsk = (response) => answer(response);
  const { key } = send(scene, session);
  const reading = takeReply(openEvents(scene, session.key));
  await scene.clock.advance(60_000);
  const events = await reading;
  return { ...scene, session, key, events, end: events.at(-1), stored: scene.store.get(key) };
}

describe('what a reply ends as', () => {
  test('COMPLETED, with all that the upstream said of it', async () => {
    const citation = { title: 'Leave', url: 'https://hr.example/leave', startIndex: 0, endIndex: 2 };
    const { end, stored, events, audited, foundry } = await replied((response) =>
      response
        .created()
        .delta('a ', 'b')
        .ended('COMPLETED', { citations: [citation] }),
    );
    expect(kindsOf(events)).toEqual(['STARTED', 'DELTA', 'DELTA', 'COMPLETED']);
    expect(stored).toMatchObject({ status: 'COMPLETED', content: 'a b', position: 4, responseId: 'resp_1' });
    expect(stored).toMatchObject({ usage: { totalTokens: 13 }, citations: [citation], error: null });
    expect(stored.completedAt).not.toBeNull();
    expect(end).toMatchObject({ kind: 'COMPLETED', message: stored });
    expect(audited).toMatchObject([
      { actor: 'ada', action: 'sendMessage', target: 'storyteller', outcome: 'OK', requestId: 'request-1' },
    ]);
    expect(audited[0]?.upstream).toBe('AZURE_FOUNDRY');
    expect(foundry.last.ask.metadata).toEqual({
      user_oid: 'ada',
      asked_at: expect.stringMatching(/^2026-11-01T.*Z$/),
      request_id: 'request-1',
    });
    expect(foundry.cancelled).toEqual([]);
  });

  test('COMPLETED with the words that no delta brought, told before the end', async () => {
    const { events, stored } = await replied((response) =>
      response.created().delta('a ').ended('COMPLETED', { text: 'a b' }),
    );
    expect(textOf(events)).toBe('a b');
    expect(stored.content).toBe('a b');
  });

  test('COMPLETED with the text that counts where the deltas said another', async () => {
    const { events, stored, end } = await replied((response) =>
      response.created().delta('a wrong turn').ended('COMPLETED', { text: 'a right one' }),
    );
    expect(textOf(events)).toBe('a wrong turn');
    expect(stored.content).toBe('a right one');
    expect(end).toMatchObject({ message: { content: 'a right one' } });
  });

  test('INCOMPLETE at the token limit', async () => {
    const { end, stored } = await replied((response) =>
      response
        .created()
        .delta('a')
        .ended('INCOMPLETE', { error: failure('UPSTREAM_ERROR') }),
    );
    expect(end).toMatchObject({ kind: 'COMPLETED', message: { status: 'INCOMPLETE', content: 'a' } });
    expect(stored).toMatchObject({ status: 'INCOMPLETE', error: { message: 'it is UPSTREAM_ERROR' } });
  });

  test.each(['INCOMPLETE', 'FAILED'] as const)('by the content filter, %s upstream', async (status) => {
    const filtered = { error: failure('CONTENT_FILTERED') };
    const wordless = await replied((response) => response.created().ended(status, filtered));
    expect(wordless.end).toMatchObject({ kind: 'FAILED', code: 'CONTENT_FILTERED' });
    expect(wordless.stored).toMatchObject({ status: 'FAILED', usage: { inputTokens: 10 } });
    const some = await replied((response) => response.created().delta('a').ended(status, filtered));
    expect(some.end).toMatchObject({ kind: 'COMPLETED', message: { status: 'INCOMPLETE', content: 'a' } });
  });

  test.each([
    'CONTENT_FILTERED',
    'FORBIDDEN',
    'NOT_FOUND',
    'UPSTREAM_UNAVAILABLE',
    'INTERACTION_REQUIRED',
  ] as const)('FAILED when the asking itself is %s', async (code) => {
    const { end, stored, audited, foundry } = await replied(() => {
      throw upstreamError(code);
    });
    expect(end).toMatchObject({ kind: 'FAILED', code, reason: `it is ${code}`, retryAfterSeconds: null });
    expect(stored).toMatchObject({ status: 'FAILED', content: '', error: { code }, usage: null });
    expect(audited).toMatchObject([{ outcome: code }]);
    expect(foundry.responses).toHaveLength(1);
  });

  test('RATE_LIMITED, before the first word and after some', async () => {
    const before = await replied(() => {
      throw new MlgraphError('RATE_LIMITED', 'slowly', { retryAfterSeconds: 7 });
    });
    expect(before.end).toMatchObject({ kind: 'FAILED', code: 'RATE_LIMITED', retryAfterSeconds: 7 });
    const after = await replied((response) =>
      response
        .created()
        .delta('a')
        .ended('FAILED', { error: failure('RATE_LIMITED', 9) }),
    );
    expect(after.end).toMatchObject({ kind: 'FAILED', code: 'RATE_LIMITED', retryAfterSeconds: 9 });
    expect(after.stored.content).toBe('a');
  });

  test('INTERNAL, and nothing of a bug is told', async () => {
    const { end } = await replied(() => {
      throw new TypeError('secret of line 7');
    });
    expect(end).toMatchObject({ kind: 'FAILED', code: 'INTERNAL' });
    expect(JSON.stringify(end)).not.toContain('secret');
  });
});

describe('a stream that the upstream cut', () => {
  test('goes on where it was, if the upstream does', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    const { key } = send(scene, session);
    const reading = takeReply(openEvents(scene, session.key));
    await settled();
    for (const word of ['one ', 'two ', 'three ', 'four ', 'five ', 'six ']) {
      scene.foundry.last.delta(word);
      await settled();
      scene.foundry.last.cut(upstreamError('UPSTREAM_UNAVAILABLE'));
      await scene.clock.advance(200);
    }
    scene.foundry.last.ended();
    expect(textOf(await reading)).toBe('one two three four five six ');
    expect(scene.store.get(key)).toMatchObject({ status: 'COMPLETED' });
    expect(scene.foundry.responses).toHaveLength(1);
  });

  test('and is lost upstream too is UPSTREAM_ERROR, with the text so far', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    const { key } = send(scene, session);
    const reading = takeReply(openEvents(scene, session.key));
    await settled();
    scene.foundry.last.delta('so ', 'far');
    await settled();
    scene.foundry.isForgetful = true;
    scene.foundry.last.cut();
    await scene.clock.advance(1_000);
    expect((await reading).at(-1)).toMatchObject({ kind: 'FAILED', code: 'UPSTREAM_ERROR' });
    expect(scene.store.get(key)).toMatchObject({ status: 'FAILED', content: 'so far' });
  });

  test('and is cut again and again is UPSTREAM_ERROR; it is stopped upstream, and its usage is recorded', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    const { key } = send(scene, session);
    const reading = takeReply(openEvents(scene, session.key));
    await settled();
    scene.foundry.last.delta('so far');
    await settled();
    for (let cut = 0; cut < 4; cut++) {
      scene.foundry.last.cut();
      await scene.clock.advance(1_600);
    }
    expect((await reading).at(-1)).toMatchObject({ kind: 'FAILED', code: 'UPSTREAM_ERROR' });
    await scene.clock.advance(3_000);
    expect(scene.foundry.cancelled).toEqual(['resp_1']);
    expect(scene.store.get(key)).toMatchObject({
      status: 'FAILED',
      content: 'so far',
      usage: { inputTokens: 10 },
    });
  });

  test('and stalls is UPSTREAM_TIMEOUT', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    send(scene, session);
    const reading = takeReply(openEvents(scene, session.key));
    await settled();
    scene.foundry.last.delta('so far').cut(upstreamError('UPSTREAM_TIMEOUT'));
    await scene.clock.advance(10_000);
    expect((await reading).at(-1)).toMatchObject({ kind: 'FAILED', code: 'UPSTREAM_TIMEOUT' });
    expect(scene.foundry.cancelled).toEqual(['resp_1']);
    send(scene, session);
    await scene.clock.advance(10);
    expect(scene.foundry.responses).toHaveLength(2);
  });

  test('is left to its owner when their token has run out, and ends whole once they are back', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    const { key } = send(scene, session);
    await settled();
    scene.foundry.last.delta('so far, ');
    await settled();
    scene.foundry.failing = upstreamError('UNAUTHENTICATED');
    scene.foundry.last.cut();
    await scene.clock.advance(5_000);
    expect(scene.store.get(key)).toMatchObject({ status: 'STREAMING', content: 'so far, ' });
    scene.foundry.failing = null;
    scene.foundry.last.delta('so good').ended();
    const events = await takeReply(openEvents(scene, session.key));
    expect(textOf(events)).toBe('so far, so good');
    expect(scene.store.get(key)).toMatchObject({ status: 'COMPLETED' });
  });
});

describe('what is stored of a reply', () => {
  test('is its text about once a second, never a row per delta', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    const { key } = send(scene, session);
    await settled();
    for (let word = 0; word < 100; word++) {
      scene.foundry.last.delta('w ');
      await scene.clock.advance(100);
    }
    expect(scene.store.writes.length).toBeGreaterThanOrEqual(10);
    expect(scene.store.writes.length).toBeLessThanOrEqual(12);
    for (const { update } of scene.store.writes) {
      expect(update.content?.length).toBe(2 * Math.max(0, (update.position ?? 0) - 1));
    }
    expect(scene.store.get(key)).toMatchObject({ status: 'STREAMING', responseId: 'resp_1' });
    scene.foundry.last.ended();
    await settled();
  });

  test('is the end before it is told', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    send(scene, session);
    const reading = takeReply(openEvents(scene, session.key));
    let isTold = false;
    reading.then(() => {
      isTold = true;
    });
    await settled();
    const stored = Promise.withResolvers<void>();
    scene.store.onWrite = ({ status }) => (status === 'COMPLETED' ? stored.promise : undefined);
    scene.foundry.last.delta('a').ended();
    await scene.clock.advance(5_000);
    expect(isTold).toBe(false);
    stored.resolve();
    await settled();
    expect(isTold).toBe(true);
  });

  test('is made good after failures; an end that could not be stored is settled at the next call', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    const { key } = send(scene, session);
    const reading = takeReply(openEvents(scene, session.key));
    await settled();
    scene.store.onWrite = () => {
      throw upstreamError('UPSTREAM_UNAVAILABLE');
    };
    scene.foundry.last.delta('a ', 'b').ended();
    await scene.clock.advance(30_000);
    expect(kindsOf(await reading).at(-1)).toBe('COMPLETED');
    expect(scene.store.get(key).status).toBe('STREAMING');
    scene.store.onWrite = () => undefined;
    await scene.replies.settle(scene.ada);
    expect(scene.store.get(key)).toMatchObject({ status: 'COMPLETED', content: 'a b' });
  });

  test('is nothing any more when the session was deleted, and its readers are told', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    send(scene, session);
    const stream = openEvents(scene, session.key);
    await stream.next();
    scene.store.messages.clear();
    scene.store.sessions.clear();
    const next = stream.next();
    scene.replies.drop(session.key);
    await expect(next).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await scene.clock.advance(5_000);
    expect(scene.foundry.cancelled).toEqual(['resp_1']);
    expect(scene.clock.sleeping).toBe(0);
  });
});
