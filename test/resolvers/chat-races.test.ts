import { expect, test } from 'vitest';
import { MlgraphError } from '../../src/domain/errors.ts';
import { type Stage, send, stage } from './chat-support.ts';
import { settled } from './watch-support.ts';

const approve = { id: 'mcpr_1', approve: true, reason: null };
const lost = () => new MlgraphError('UPSTREAM_TIMEOUT', 'nobody knows');

async function waiting(scene: Stage) {
  const reply = send(scene, scene.store.session('ada'));
  await settled();
  scene.foundry.last.approval('mcpr_1').ended();
  await settled();
  return reply;
}

test.each([
  ['cancel', 'decide'],
  ['decide', 'cancel'],
])('of %s and %s at once, a reply that was told to be cancelled stays so', async (...order) => {
  const scene = stage();
  const reply = await waiting(scene);
  scene.store.onWrite = () => settled();
  const acts = {
    cancel: () => scene.replies.cancel(scene.ada, reply),
    decide: () => scene.replies.decide(scene.ada, reply, approve).catch(({ code }) => ({ status: code })),
  };
  const told = Promise.all(order.map((name) => acts[name as 'cancel' | 'decide']()));
  const statuses = (await told).map(({ status }) => status);
  await settled();
  scene.foundry.last.ended();
  await settled();
  expect(statuses).toContain('CANCELED');
  expect(scene.store.get(reply.key).status).toBe('CANCELED');
});

test('a reply that ends while it is looked up to be cancelled keeps its end and its text', async () => {
  const scene = stage();
  const session = scene.store.session('ada');
  const reply = send(scene, session);
  await settled();
  scene.foundry.last.delta('half ');
  await scene.clock.advance(1_100);
  scene.store.onLookUp = async () => {
    scene.foundry.last.delta('whole').ended();
    await settled();
  };
  expect(await scene.replies.cancel(scene.ada, reply)).toMatchObject({ status: 'COMPLETED' });
  expect(scene.store.get(reply.key)).toMatchObject({ status: 'COMPLETED', content: 'half whole' });
});

test('a decision that may have been stored leaves nothing under way for ever', async () => {
  const scene = stage();
  await scene.replies.settle(scene.ada);
  const reply = await waiting(scene);
  const kept = scene.store.messages;
  scene.store.onWrite = (update) => {
    if (update.status !== 'STREAMING') return;
    scene.store.onWrite = () => undefined;
    const message = kept.get(reply.key);
    if (message) kept.set(reply.key, { ...message, ...update });
    throw lost();
  };
  await expect(scene.replies.decide(scene.ada, reply, approve)).rejects.toMatchObject({
    code: 'UPSTREAM_TIMEOUT',
  });
  await scene.replies.settle(scene.ada);
  expect(scene.store.get(reply.key)).toMatchObject({ status: 'FAILED', error: { code: 'UPSTREAM_ERROR' } });
});

test('a send that may have been stored leaves no pending reply for ever, and others run on', async () => {
  const scene = stage();
  await scene.replies.settle(scene.ada);
  const session = scene.store.session('ada');
  const { reply } = scene.store.addExchange(session, 'Tell me.');
  const other = scene.store.addExchange(scene.store.session('ada'), 'And me.');
  await scene.replies.settle(scene.ada);
  expect(scene.store.get(reply.key).status).toBe('PENDING');
  scene.replies.doubt(scene.ada, session.key);
  await scene.replies.settle(scene.ada);
  expect(scene.store.get(reply.key)).toMatchObject({ status: 'FAILED', error: { code: 'UPSTREAM_ERROR' } });
  expect(scene.store.get(other.reply.key).status).toBe('PENDING');
});
