import { describe, expect, test } from 'vitest';
import { MlgraphError } from '../../src/domain/errors.ts';
import { type Stage, send, stage } from './chat-support.ts';
import { settled } from './watch-support.ts';

const approve = (id: string) => ({ id, approve: true, reason: null });
const deny = (id: string) => ({ id, approve: false, reason: 'no' });
const conflict = { status: 'rejected', reason: expect.objectContaining({ code: 'CONFLICT' }) };

/** Two gateways over one store; each write lets the other's reads go first. */
async function twoProcesses(ask: (scene: Stage) => unknown) {
  const scene = stage();
  const reply = send(scene, scene.store.session('ada'));
  await settled();
  ask(scene);
  await settled();
  scene.store.onWrite = () => settled();
  const other = scene.open().replies;
  return { scene, reply, replies: [scene.replies, other] as const };
}

const waitingFor = (...approvals: string[]) =>
  twoProcesses(({ foundry }) => {
    for (const id of approvals) foundry.last.approval(id);
    foundry.last.ended();
  });
const waitingForConsent = () =>
  twoProcesses(({ foundry }) => foundry.last.consent('oauthreq_1').ended('INCOMPLETE'));

/** Of what is done at once by the one and the other. */
const outcomes = async (...acts: Promise<unknown>[]) => {
  const results = await Promise.allSettled(acts);
  for (let turn = 0; turn < 5; turn++) await settled();
  return results.toSorted((a, b) => a.status.localeCompare(b.status));
};

describe('of two processes', () => {
  test('that decide an approval each, neither loses the decision of the other', async () => {
    const { scene, reply, replies } = await waitingFor('mcpr_1', 'mcpr_2', 'mcpr_3');
    const [one, other] = replies;
    await outcomes(
      one.decide(scene.ada, reply, approve('mcpr_1')),
      other.decide(scene.ada, reply, deny('mcpr_2')),
    );
    expect(scene.store.get(reply.key).pendingApprovals).toMatchObject([
      { decision: { approve: true } },
      { decision: { approve: false } },
      { id: 'mcpr_3' },
    ]);
    await other.decide(scene.ada, reply, approve('mcpr_3'));
    await settled();
    expect(scene.foundry.last.ask.input).toEqual({
      approvals: [approve('mcpr_1'), deny('mcpr_2'), approve('mcpr_3')],
    });
  });

  test('that decide the last two at once, one goes on with both', async () => {
    const { scene, reply, replies } = await waitingFor('mcpr_1', 'mcpr_2');
    const [one, other] = replies;
    const told = await outcomes(
      one.decide(scene.ada, reply, approve('mcpr_1')),
      other.decide(scene.ada, reply, deny('mcpr_2')),
    );
    expect(told).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
    expect(scene.foundry.responses).toHaveLength(2);
    expect(scene.foundry.last.ask.input).toEqual({ approvals: [approve('mcpr_1'), deny('mcpr_2')] });
    expect(scene.store.get(reply.key)).toMatchObject({ status: 'STREAMING', pendingApprovals: [] });
  });

  test('that decide the last alike, one goes on', async () => {
    const { scene, reply, replies } = await waitingFor('mcpr_1');
    const acts = replies.map((each) => each.decide(scene.ada, reply, approve('mcpr_1')));
    const told = await outcomes(...acts);
    expect(told).toMatchObject([{ status: 'fulfilled', value: { status: 'STREAMING' } }, conflict]);
    expect(scene.foundry.responses).toHaveLength(2);
    scene.foundry.last.delta('Done.').ended();
    await settled();
    await settled();
    for (const each of replies) await each.settle(scene.ada);
    expect(scene.store.get(reply.key)).toMatchObject({ status: 'COMPLETED', content: 'Done.' });
  });

  test('that decide one otherwise, the first to be stored counts', async () => {
    const { scene, reply, replies } = await waitingFor('mcpr_1');
    const [one, other] = replies;
    const told = await outcomes(
      one.decide(scene.ada, reply, deny('mcpr_1')),
      other.decide(scene.ada, reply, approve('mcpr_1')),
    );
    expect(told).toMatchObject([{ status: 'fulfilled' }, conflict]);
    expect(scene.foundry.responses).toHaveLength(2);
    expect(scene.foundry.last.ask.input).toEqual({ approvals: [deny('mcpr_1')] });
  });

  test('of which one cancels while the other decides, the agent is not asked to go on', async () => {
    const { scene, reply, replies } = await waitingFor('mcpr_1', 'mcpr_2');
    const [one, other] = replies;
    await one.decide(scene.ada, reply, approve('mcpr_1'));
    const canceled = one.cancel(scene.ada, reply);
    await outcomes(canceled, other.decide(scene.ada, reply, approve('mcpr_2')));
    expect(await canceled).toMatchObject({ status: 'CANCELED' });
    expect(scene.store.get(reply.key)).toMatchObject({ status: 'CANCELED', pendingApprovals: [] });
    const denied = ['mcpr_1', 'mcpr_2'].map((id) => ({ id, approve: false, reason: null }));
    const asked = scene.foundry.responses.map(({ ask }) => ask.input);
    expect(asked).toEqual(['Tell me.', { approvals: denied }]);
  });

  test('that go on after a consent, one does', async () => {
    const { scene, reply, replies } = await waitingForConsent();
    const told = await outcomes(...replies.map((each) => each.resume(scene.ada, reply)));
    expect(told).toMatchObject([{ status: 'fulfilled', value: { status: 'STREAMING' } }, conflict]);
    expect(scene.foundry.responses).toHaveLength(2);
  });

  test('one that is late does not go on from the wait that came after', async () => {
    const { scene, reply, replies } = await waitingForConsent();
    const [one, other] = replies;
    const held = Promise.withResolvers<void>();
    scene.store.onWrite = () => {
      scene.store.onWrite = () => undefined;
      return held.promise;
    };
    const late = outcomes(other.resume(scene.ada, reply));
    await settled();
    await one.resume(scene.ada, reply);
    await settled();
    scene.foundry.last.consent('oauthreq_2').ended('INCOMPLETE');
    await settled();
    expect(scene.store.get(reply.key)).toMatchObject({ status: 'WAITING_FOR_CONSENT' });
    held.resolve();
    expect(await late).toMatchObject([conflict]);
    expect(scene.foundry.responses).toHaveLength(2);
    expect(scene.store.get(reply.key)).toMatchObject({ pendingConsents: [{ id: 'oauthreq_2' }] });
  });

  test('one that died with all decided leaves it to the other to go on', async () => {
    const { scene, reply, replies } = await waitingFor('mcpr_1', 'mcpr_2');
    const [one, other] = replies;
    await one.decide(scene.ada, reply, approve('mcpr_1'));
    scene.store.onWrite = ({ status }) => {
      if (status === 'STREAMING') throw new MlgraphError('UPSTREAM_UNAVAILABLE', 'it died');
    };
    const died = one.decide(scene.ada, reply, deny('mcpr_2'));
    await expect(died).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    scene.store.onWrite = () => undefined;
    expect(scene.store.get(reply.key)).toMatchObject({
      status: 'WAITING_FOR_APPROVAL',
      pendingApprovals: [{ decision: { approve: true } }, { decision: { approve: false } }],
    });
    const otherwise = other.decide(scene.ada, reply, approve('mcpr_2'));
    await expect(otherwise).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await other.decide(scene.ada, reply, deny('mcpr_2'))).toMatchObject({ status: 'STREAMING' });
    await settled();
    expect(scene.foundry.last.ask.input).toEqual({ approvals: [approve('mcpr_1'), deny('mcpr_2')] });
  });
});
