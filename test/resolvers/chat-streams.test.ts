import { afterAll, expect, test } from 'vitest';
import type { ChatEvent } from '../../src/domain/chat.ts';
import { kindsOf, openEvents, send, stage, takeReply, textOf, words } from './chat-support.ts';
import { FakePerson, Listener, minute, settled } from './watch-support.ts';

const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));
afterAll(() => expect(unhandled).toEqual([]));

test('500 replies at once, each whole, each with its reader; then nothing is left of them', async () => {
  const scene = stage();
  const { clock, foundry, store } = scene;
  const talks = Array.from({ length: 500 }, (_, index) => {
    const person = new FakePerson(clock, `person-${index}`);
    const session = store.session(person.caller.key);
    const reader = new AbortController();
    const opening = { identity: person, after: null, signal: reader.signal };
    const reading = takeReply(scene.replies.events(session.key, opening));
    return { person, session, reading };
  });
  const replies = talks.map(({ session, person }) => send(scene, session, `of ${person.caller.key}`, person));
  await settled();
  for (const word of words.slice(0, 20)) {
    for (const response of foundry.responses) response.delta(`${response.ask.input} ${word}`);
    await settled();
  }
  for (const response of foundry.responses) response.ended();
  for (const { person, reading } of talks) {
    const text = words
      .slice(0, 20)
      .map((word) => `of ${person.caller.key} ${word}`)
      .join('');
    expect(textOf(await reading)).toBe(text);
  }
  await clock.advance(5_000);
  for (const { key } of replies) expect(store.get(key).status).toBe('COMPLETED');
  expect(clock.sleeping).toBe(0);
});

test('a reply runs to its end when nobody reads it, and when its reader leaves', async () => {
  const scene = stage();
  const session = scene.store.session('ada');
  const { key } = send(scene, session);
  const stream = openEvents(scene, session.key);
  await stream.next();
  await stream.return?.();
  scene.foundry.last.delta('a').ended();
  await settled();
  expect(scene.store.get(key)).toMatchObject({ status: 'COMPLETED', content: 'a' });
});

test('a stream stays open for the next reply, and ends with its token; the reply goes on', async () => {
  const scene = stage();
  const session = scene.store.session('ada');
  const person = new FakePerson(scene.clock, 'ada', 10 * minute);
  const opening = { identity: person, after: null, signal: new AbortController().signal };
  const listener = new Listener(scene.replies.events(session.key, opening));
  await settled();
  for (const text of ['one', 'two']) {
    send(scene, session, 'Tell me.', person);
    await settled();
    scene.foundry.last.delta(text).ended();
    await settled();
  }
  expect(kindsOf(listener.events)).toEqual([
    'STARTED',
    'DELTA',
    'COMPLETED',
    'STARTED',
    'DELTA',
    'COMPLETED',
  ]);
  const { key } = send(scene, session, 'Tell me.', person);
  await settled();
  await scene.clock.advance(11 * minute);
  expect(listener.error).toMatchObject({ code: 'UNAUTHENTICATED' });
  scene.foundry.last.delta('three').ended();
  await scene.clock.advance(100);
  expect(scene.store.get(key)).toMatchObject({ status: 'COMPLETED', content: 'three' });
});

test('a reader who comes back with a fresh token lends it to the reply', async () => {
  const scene = stage();
  const session = scene.store.session('ada');
  const short = new FakePerson(scene.clock, 'ada', minute);
  send(scene, session, 'Tell me.', short);
  await settled();
  scene.foundry.last.delta('one ');
  await scene.clock.advance(2 * minute);
  const fresh = new FakePerson(scene.clock, 'ada', 60 * minute);
  const opening = { identity: fresh, after: null, signal: new AbortController().signal };
  const reading = takeReply(scene.replies.events(session.key, opening));
  await settled();
  scene.foundry.last.cut().delta('two').ended();
  await scene.clock.advance(5_000);
  expect(textOf(await reading)).toBe('one two');
});

test('closing ends the streams, stores the text so far, and leaves the reply to be settled', async () => {
  const scene = stage();
  const session = scene.store.session('ada');
  const { key } = send(scene, session);
  const listener = new Listener<ChatEvent>(openEvents(scene, session.key));
  await settled();
  scene.foundry.last.delta('so far');
  await settled();
  await scene.replies.close();
  expect(listener.error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  expect(scene.store.get(key)).toMatchObject({ status: 'STREAMING', content: 'so far', position: 2 });
  expect(scene.foundry.cancelled).toEqual([]);
  const late = openEvents(scene, session.key).next();
  await expect(late).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  await scene.clock.advance(1_000);
  expect(scene.clock.sleeping).toBe(0);
});

test('a session without a conversation gets one with its first question', async () => {
  const scene = stage();
  const session = { ...scene.store.session('ada'), conversationId: null };
  send(scene, session);
  await settled();
  expect(scene.foundry.last.ask.conversationId).toBe('conv_1');
  expect(scene.store.sessions.get(session.key)?.conversationId).toBe('conv_1');
});
