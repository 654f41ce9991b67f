import { describe, expect, test } from 'vitest';
import type { ChatEvent } from '../../src/domain/chat.ts';
import { MlgraphError } from '../../src/domain/errors.ts';
import { pendingApprovalsOf } from '../../src/resolvers/messages.ts';
import { kindsOf, openEvents, type Stage, send, stage, take, takeReply, textOf } from './chat-support.ts';
import { FakePerson, settled } from './watch-support.ts';

const approve = (id: string) => ({ id, approve: true, reason: null });

/** A reply that waits for these approvals, and a reader who has seen all of it. */
async function waiting(scene: Stage, approvals = ['mcpr_1']) {
  const session = scene.store.session('ada');
  const { key } = send(scene, session);
  await settled();
  scene.foundry.last.delta('Let me see. ');
  for (const id of approvals) scene.foundry.last.approval(id);
  scene.foundry.last.ended();
  await settled();
  return { session, key, reply: { key } };
}

async function takeKinds(stream: AsyncIterableIterator<ChatEvent>, until: string): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  while (events.at(-1)?.kind !== until) events.push((await stream.next()).value);
  return events;
}

describe('a reply that waits for approval', () => {
  test('goes on in the same reply when the last is decided', async () => {
    const scene = stage();
    const { session, reply, key } = await waiting(scene, ['mcpr_1', 'mcpr_2']);
    expect(scene.store.get(key)).toMatchObject({
      status: 'WAITING_FOR_APPROVAL',
      content: 'Let me see. ',
      pendingApprovals: [{ id: 'mcpr_1' }, { id: 'mcpr_2' }],
      completedAt: null,
      position: 4,
    });
    const stream = openEvents(scene, session.key);
    expect(kindsOf(await takeKinds(stream, 'APPROVAL'))).toEqual(['STARTED', 'DELTA', 'APPROVAL']);

    const first = await scene.replies.decide(scene.ada, reply, { ...approve('mcpr_2'), reason: 'mine' });
    expect(first.status).toBe('WAITING_FOR_APPROVAL');
    for (const reply of [first, scene.replies.present(scene.store.get(key))])
      expect(pendingApprovalsOf(reply)).toMatchObject([{ id: 'mcpr_1' }]);
    expect(scene.foundry.responses).toHaveLength(1);
    const deny = { id: 'mcpr_1', approve: false, reason: null };
    const second = await scene.replies.decide(scene.ada, reply, deny, 'request-2');
    expect(second).toMatchObject({ status: 'STREAMING', pendingApprovals: [] });
    await settled();
    expect(scene.foundry.last.ask.input).toEqual({
      approvals: [deny, { ...approve('mcpr_2'), reason: 'mine' }],
    });

    scene.foundry.last.delta('You have ', '12 days.').ended('COMPLETED', {
      citations: [{ title: null, url: null, startIndex: 9, endIndex: 11 }],
    });
    const rest = await takeReply(stream);
    expect(kindsOf(rest)).toEqual(['APPROVAL', 'DELTA', 'DELTA', 'COMPLETED']);
    expect(rest.map(({ sequence }) => sequence)).toEqual([4, 5, 6, 7]);
    expect(scene.store.get(key)).toMatchObject({
      status: 'COMPLETED',
      content: 'Let me see. You have 12 days.',
      usage: { inputTokens: 20 },
      citations: [{ startIndex: 21, endIndex: 23 }],
    });
    expect(scene.audited).toMatchObject([
      { action: 'sendMessage', outcome: 'OK' },
      { action: 'decideToolApproval', outcome: 'OK', requestId: 'request-2' },
    ]);
  });

  test('is told to every reader once, from the log, from the store and after a restart', async () => {
    for (const bounds of [{}, { maxSessions: 0 }]) {
      const scene = stage(bounds);
      const { session, reply } = await waiting(scene, ['mcpr_1', 'mcpr_2']);
      const stream = openEvents(scene, session.key);
      const seen = [...(await takeKinds(stream, 'APPROVAL')), (await stream.next()).value];
      await scene.kill();
      const again = { ...scene, ...scene.open() };
      const readers = seen.map(({ cursor }) => takeReply(openEvents(again, session.key, cursor)));
      await settled();
      await again.replies.decide(scene.ada, reply, approve('mcpr_1'));
      await again.replies.decide(scene.ada, reply, approve('mcpr_2'));
      await settled();
      scene.foundry.last.delta('12 days.').ended();
      for (const [index, rest] of (await Promise.all(readers)).entries()) {
        const all = [...seen.slice(0, index + 1), ...rest];
        expect(kindsOf(all)).toEqual(['STARTED', 'DELTA', 'APPROVAL', 'APPROVAL', 'DELTA', 'COMPLETED']);
        expect(textOf(all)).toBe('Let me see. 12 days.');
      }
    }
  });

  test('may ask once more, and is resumed from the second response after a crash', async () => {
    const scene = stage();
    const { session, reply, key } = await waiting(scene);
    await scene.replies.decide(scene.ada, reply, approve('mcpr_1'));
    await settled();
    scene.foundry.last.approval('mcpr_2').ended();
    await settled();
    expect(scene.store.get(key)).toMatchObject({ status: 'WAITING_FOR_APPROVAL', position: 4 });
    await scene.replies.decide(scene.ada, reply, approve('mcpr_2'));
    await settled();
    scene.foundry.last.delta('You ', 'have ');
    await scene.clock.advance(1_100);
    scene.foundry.last.delta('12 ');
    await scene.kill();
    const again = { ...scene, ...scene.open() };
    const reading = takeReply(openEvents(again, session.key));
    await settled();
    scene.foundry.last.delta('days.').ended();
    expect(textOf(await reading)).toBe('Let me see. You have 12 days.');
    expect(scene.store.get(key).content).toBe('Let me see. You have 12 days.');
    expect(scene.foundry.responses).toHaveLength(3);
  });

  test('refuses what it does not wait for, and other people', async () => {
    const scene = stage();
    const { reply } = await waiting(scene, ['mcpr_1', 'mcpr_2']);
    const { replies, ada, clock } = scene;
    await expect(replies.decide(ada, reply, approve('mcpr_9'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(replies.resume(ada, reply)).rejects.toMatchObject({ code: 'CONFLICT' });
    const ben = new FakePerson(clock, 'ben');
    const others = [
      replies.decide(ben, reply, approve('mcpr_1')),
      replies.cancel(ben, reply),
      replies.resume(ben, reply),
    ];
    for (const other of others) await expect(other).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await replies.decide(ada, reply, approve('mcpr_1'));
    await replies.decide(ada, reply, approve('mcpr_1'));
    const otherwise = replies.decide(ada, reply, { ...approve('mcpr_1'), approve: false });
    await expect(otherwise).rejects.toMatchObject({ code: 'CONFLICT' });
    await replies.decide(ada, reply, approve('mcpr_2'));
    await expect(replies.decide(ada, reply, approve('mcpr_2'))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('of which some are decided needs the others alone after a restart', async () => {
    const scene = stage();
    const { session, reply, key } = await waiting(scene, ['mcpr_1', 'mcpr_2']);
    await scene.replies.decide(scene.ada, reply, { id: 'mcpr_1', approve: false, reason: 'not today' });
    await scene.kill();
    const again = { ...scene, ...scene.open() };
    const told = await take(openEvents(again, session.key), 3);
    expect(told[2]).toMatchObject({ kind: 'APPROVAL', approval: { id: 'mcpr_2' } });
    const otherwise = again.replies.decide(scene.ada, reply, approve('mcpr_1'));
    await expect(otherwise).rejects.toMatchObject({ code: 'CONFLICT' });
    await again.replies.decide(scene.ada, reply, approve('mcpr_2'));
    await settled();
    expect(scene.foundry.last.ask.input).toEqual({
      approvals: [{ id: 'mcpr_1', approve: false, reason: 'not today' }, approve('mcpr_2')],
    });
    expect(scene.store.get(key)).toMatchObject({ status: 'STREAMING', pendingApprovals: [] });
  });

  test('of which two are decided at once has both', async () => {
    const scene = stage();
    const { reply } = await waiting(scene, ['mcpr_1', 'mcpr_2']);
    await Promise.all(['mcpr_1', 'mcpr_2'].map((id) => scene.replies.decide(scene.ada, reply, approve(id))));
    await settled();
    expect(scene.foundry.last.ask.input).toEqual({ approvals: [approve('mcpr_1'), approve('mcpr_2')] });
  });

  test('of which one is decided while it is cancelled waits for nothing', async () => {
    for (const order of ['cancel first', 'decide first']) {
      const scene = stage();
      const { reply, key } = await waiting(scene, ['mcpr_1', 'mcpr_2']);
      const acts = [
        () => scene.replies.cancel(scene.ada, reply),
        () => scene.replies.decide(scene.ada, reply, approve('mcpr_1')),
      ];
      if (order === 'decide first') acts.reverse();
      await Promise.allSettled(acts.map((act) => act()));
      expect(scene.store.get(key)).toMatchObject({ status: 'CANCELED', pendingApprovals: [] });
    }
  });

  test('decided twice at once asks the agent once', async () => {
    const scene = stage();
    const { reply } = await waiting(scene);
    const both = [1, 2].map(() => scene.replies.decide(scene.ada, reply, approve('mcpr_1')));
    const results = await Promise.allSettled(both);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await settled();
    expect(scene.foundry.responses).toHaveLength(2);
  });
});

describe('a reply that waits for consent', () => {
  test('goes on after it, with the same question, also after a restart', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    const reply = send(scene, session, 'What is in the library?');
    await settled();
    scene.foundry.last.consent('oauthreq_1').ended('INCOMPLETE');
    await settled();
    expect(scene.store.get(reply.key)).toMatchObject({
      status: 'WAITING_FOR_CONSENT',
      pendingConsents: [{ id: 'oauthreq_1' }],
    });
    await scene.kill();
    const again = { ...scene, ...scene.open() };
    await again.replies.settle(scene.ada);
    expect(scene.store.get(reply.key).status).toBe('WAITING_FOR_CONSENT');
    const reading = takeReply(openEvents(again, session.key));
    await settled();
    await again.replies.resume(scene.ada, reply);
    await settled();
    expect(scene.foundry.last.ask.input).toEqual({
      afterConsent: { responseId: 'resp_1', question: 'What is in the library?' },
    });
    scene.foundry.last.delta('Books.').ended();
    expect(kindsOf(await reading)).toEqual(['STARTED', 'CONSENT', 'DELTA', 'COMPLETED']);
    expect(scene.audited.map(({ action }) => action)).toEqual(['sendMessage', 'resumeReply']);
  });
});

describe('cancel', () => {
  test('ends a streaming reply at once, stops it upstream, and records what it used', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    const { key } = send(scene, session);
    const reading = takeReply(openEvents(scene, session.key));
    await settled();
    scene.foundry.last.delta('so ', 'far');
    await settled();
    const canceled = await scene.replies.cancel(scene.ada, { key }, 'request-3');
    expect(canceled).toMatchObject({ status: 'CANCELED', content: 'so far' });
    const events = await reading;
    expect(events.at(-1)).toMatchObject({ kind: 'COMPLETED', message: { status: 'CANCELED' } });
    await scene.clock.advance(5_000);
    expect(scene.foundry.cancelled).toEqual(['resp_1']);
    expect(scene.foundry.last.readers).toBe(0);
    expect(scene.store.get(key)).toMatchObject({ status: 'CANCELED', usage: { inputTokens: 10 } });
    expect(scene.audited).toMatchObject([{ action: 'sendMessage', outcome: 'OK' }]);
    expect(await scene.replies.cancel(scene.ada, { key })).toMatchObject({ status: 'CANCELED' });
    expect(scene.clock.sleeping).toBe(0);
  });

  test('ends a pending reply at once, and stops it upstream as soon as it is known there', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    const asked = Promise.withResolvers<void>();
    scene.foundry.onAsk = () => asked.promise;
    const { key } = send(scene, session);
    await settled();
    expect(await scene.replies.cancel(scene.ada, { key })).toMatchObject({ status: 'CANCELED', content: '' });
    // The next one waits until that is cleared away.
    const next = send(scene, session);
    await settled();
    expect(scene.foundry.responses).toHaveLength(1);
    scene.foundry.last.created().delta('too late');
    scene.foundry.onAsk = (response) => response.created();
    asked.resolve();
    await scene.clock.advance(100);
    expect(scene.foundry.cancelled).toEqual(['resp_1']);
    expect(scene.foundry.responses).toHaveLength(2);
    expect(scene.store.get(key)).toMatchObject({ status: 'CANCELED', content: '' });
    expect(scene.store.get(next.key)).toMatchObject({ status: 'STREAMING' });
  });

  test('of an upstream that never says who it is lets go of it', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    scene.foundry.onAsk = () => undefined;
    const { key } = send(scene, session);
    await settled();
    await scene.replies.cancel(scene.ada, { key });
    await scene.clock.advance(61_000);
    expect(scene.foundry.last.readers).toBe(0);
    expect(scene.clock.sleeping).toBe(0);
  });

  test('ends a waiting reply, denies upstream what was asked, and the session is usable', async () => {
    const scene = stage();
    const { session, key, reply } = await waiting(scene);
    const stream = openEvents(scene, session.key);
    const reading = takeReply(stream);
    await settled();
    expect(await scene.replies.cancel(scene.ada, reply)).toMatchObject({
      status: 'CANCELED',
      content: 'Let me see. ',
      pendingApprovals: [],
      usage: { inputTokens: 10 },
    });
    expect(kindsOf(await reading)).toEqual(['STARTED', 'DELTA', 'APPROVAL', 'COMPLETED']);
    await settled();
    expect(scene.foundry.last.ask.input).toEqual({
      approvals: [{ id: 'mcpr_1', approve: false, reason: null }],
    });
    const next = send(scene, session);
    await settled();
    expect(scene.foundry.responses).toHaveLength(2);
    scene.foundry.last.delta('Then not.').ended();
    await scene.clock.advance(100);
    expect(scene.foundry.last.ask.input).toBe('Tell me.');
    scene.foundry.last.delta('b').ended();
    await settled();
    expect(scene.store.get(next.key)).toMatchObject({ status: 'COMPLETED', content: 'b' });
    expect(scene.store.get(key).status).toBe('CANCELED');
    const actions = scene.audited.map(({ action }) => action);
    expect(actions).toEqual(['sendMessage', 'cancelReply', 'sendMessage']);
  });

  test('is CANCELED also where the upstream is away', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    const { key } = send(scene, session);
    await settled();
    scene.foundry.failing = new MlgraphError('UPSTREAM_UNAVAILABLE', 'away');
    expect(await scene.replies.cancel(scene.ada, { key })).toMatchObject({ status: 'CANCELED' });
    await scene.clock.advance(5_000);
    expect(scene.clock.sleeping).toBe(0);
  });
});
