import { describe, expect, test } from 'vitest';
import { MlgraphError } from '../../src/domain/errors.ts';
import { kindsOf, openEvents, send, stage, takeReply, textOf } from './chat-support.ts';
import { FakePerson, settled } from './watch-support.ts';

/** A process that died in the middle of a reply of which `stored` words reached the store, and the next one. */
async function crashed(stored = ['so ', 'far ']) {
  const scene = stage();
  const session = scene.store.session('ada');
  const { key } = send(scene, session);
  await settled();
  scene.foundry.last.delta(...stored);
  await scene.clock.advance(1_100);
  await scene.kill();
  return { ...scene, ...scene.open(), session, key };
}

describe('after a crash, at the first call of its owner, a reply', () => {
  test('that ended upstream is completed from there', async () => {
    const { foundry, replies, store, ada, key, audited } = await crashed();
    foundry.last.delta('so good').ended();
    await replies.settle(ada, 'request-9');
    expect(store.get(key)).toMatchObject({
      status: 'COMPLETED',
      content: 'so far so good',
      usage: { inputTokens: 10 },
    });
    expect(audited).toMatchObject([{ action: 'sendMessage', outcome: 'OK', requestId: 'request-9' }]);
  });

  test('that failed or was cancelled upstream ends so', async () => {
    const failed = await crashed();
    failed.foundry.last.ended('FAILED', {
      error: { code: 'RATE_LIMITED', message: 'slowly', retryAfterSeconds: null },
    });
    await failed.replies.settle(failed.ada);
    expect(failed.store.get(failed.key)).toMatchObject({
      status: 'FAILED',
      content: 'so far ',
      error: { code: 'RATE_LIMITED' },
    });
    const canceled = await crashed();
    canceled.foundry.last.ended('CANCELED');
    await canceled.replies.settle(canceled.ada);
    expect(canceled.store.get(canceled.key)).toMatchObject({ status: 'CANCELED', content: 'so far ' });
  });

  test('that still runs upstream goes on here', async () => {
    const scene = await crashed();
    const { foundry, store, ada, key, session } = scene;
    foundry.last.delta('so ');
    await scene.replies.settle(ada);
    const reading = takeReply(openEvents(scene, session.key));
    await settled();
    foundry.last.delta('good').ended();
    expect(textOf(await reading)).toBe('so far so good');
    expect(store.get(key)).toMatchObject({ status: 'COMPLETED', content: 'so far so good' });
  });

  test('that asked for approval meanwhile waits for it', async () => {
    const { foundry, replies, store, ada, key } = await crashed();
    foundry.last.approval('mcpr_1').ended();
    await replies.settle(ada);
    expect(store.get(key)).toMatchObject({
      status: 'WAITING_FOR_APPROVAL',
      pendingApprovals: [{ id: 'mcpr_1' }],
    });
    await replies.decide(ada, { key }, { id: 'mcpr_1', approve: true, reason: null });
    await settled();
    foundry.last.delta('12 days').ended();
    await settled();
    expect(store.get(key)).toMatchObject({ status: 'COMPLETED', content: 'so far 12 days' });
  });

  test('that is gone upstream fails, with the text so far', async () => {
    const scene = await crashed();
    const { foundry, store, ada, key, session } = scene;
    foundry.isForgetful = true;
    await scene.replies.settle(ada);
    expect(store.get(key)).toMatchObject({
      status: 'FAILED',
      content: 'so far ',
      error: { code: 'UPSTREAM_ERROR' },
    });
    const events = await takeReply(openEvents(scene, session.key));
    expect(kindsOf(events)).toEqual(['STARTED', 'DELTA', 'FAILED']);
    foundry.isForgetful = false;
    send(scene, session);
    await settled();
    expect(foundry.responses).toHaveLength(2);
  });

  test('of which nobody knows whether it was asked fails', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    scene.foundry.onAsk = () => undefined;
    const { key } = send(scene, session);
    await settled();
    await scene.kill();
    const { replies } = scene.open();
    await replies.settle(scene.ada);
    expect(scene.store.get(key)).toMatchObject({ status: 'FAILED', error: { code: 'UPSTREAM_ERROR' } });
  });

  test('is asked for again while the upstream is away, and given up after a while', async () => {
    const scene = await crashed();
    const { foundry, replies, store, ada, key, clock } = scene;
    foundry.failing = new MlgraphError('UPSTREAM_UNAVAILABLE', 'away');
    await replies.settle(ada);
    expect(store.get(key).status).toBe('STREAMING');
    foundry.failing = null;
    foundry.last.ended();
    await replies.settle(ada);
    expect(store.get(key).status).toBe('STREAMING');
    await clock.advance(5_000);
    await replies.settle(ada);
    expect(store.get(key).status).toBe('COMPLETED');

    const other = await crashed();
    other.foundry.failing = new MlgraphError('UPSTREAM_UNAVAILABLE', 'away');
    await other.clock.advance(20 * 60_000);
    await other.replies.settle(other.ada);
    expect(other.store.get(other.key)).toMatchObject({
      status: 'FAILED',
      error: { code: 'UPSTREAM_UNAVAILABLE' },
    });
  });
});

describe('settling', () => {
  test('is done once for each person, whoever asks at the same time, and never for what runs here', async () => {
    const { store, replies, ada, ...scene } = stage();
    let asked = 0;
    const counted = store.connect.bind(store);
    store.connect = (identity) => {
      const connected = counted(identity);
      return {
        ...connected,
        openReplies: () => {
          asked++;
          return connected.openReplies();
        },
      };
    };
    const session = store.session('ada');
    const { key } = send({ ...scene, store, replies, ada }, session);
    await Promise.all(Array.from({ length: 20 }, () => replies.settle(ada)));
    await replies.settle(ada);
    expect(asked).toBe(1);
    await replies.settle(new FakePerson(scene.clock, 'ben'));
    expect(asked).toBe(2);
    expect(store.get(key).status).toBe('STREAMING');
    scene.foundry.last.ended();
    await settled();
    expect(store.get(key).status).toBe('COMPLETED');
  });

  test('leaves alone what has just been stored and is about to begin', async () => {
    const scene = await crashed();
    const { foundry, replies, store, ada, clock } = scene;
    foundry.failing = new MlgraphError('UPSTREAM_UNAVAILABLE', 'away');
    await replies.settle(ada);
    await clock.advance(5_000);
    foundry.failing = null;
    foundry.last.ended();
    const session = store.session('ada');
    const { message, reply } = store.addExchange(session, 'And now?');
    await replies.settle(ada);
    expect(store.get(scene.key).status).toBe('COMPLETED');
    expect(store.get(reply.key).status).toBe('PENDING');
    replies.start(ada, session, message, reply);
    await settled();
    expect(store.get(reply.key).status).toBe('STREAMING');
  });

  test('is tried again where the store could not answer', async () => {
    const { store, replies, ada } = stage();
    const connect = store.connect.bind(store);
    const failing = () => Promise.reject(new MlgraphError('UPSTREAM_UNAVAILABLE', 'away'));
    store.connect = (identity) => ({ ...connect(identity), openReplies: failing });
    await expect(replies.settle(ada)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    store.connect = connect;
    await replies.settle(ada);
  });
});
