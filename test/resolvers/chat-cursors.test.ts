import { describe, expect, test } from 'vitest';
import type { ChatEvent } from '../../src/domain/chat.ts';
import { createMemoryLog } from '../../src/resolvers/chat/index.ts';
import { kindsOf, openEvents, send, stage, take, takeReply, textOf, words } from './chat-support.ts';
import { settled } from './watch-support.ts';

const whole = words.join('');

/** Nothing twice, nothing missing, in order. */
function expectWhole(events: ChatEvent[]): void {
  expect(textOf(events)).toBe(whole);
  const others = kindsOf(events).filter((kind) => kind !== 'DELTA');
  expect(others).toEqual(['STARTED', 'COMPLETED']);
  expect(new Set(events.map(({ cursor }) => cursor)).size).toBe(events.length);
}

describe('a reader who was cut', () => {
  test('at every single event of a reply that has ended has the rest from the log', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    send(scene, session);
    await settled();
    scene.foundry.last.delta(...words).ended();
    await scene.clock.advance(10);
    const all = await takeReply(openEvents(scene, session.key));
    expect(all).toHaveLength(words.length + 2);
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => index + 1));
    for (const [index, { cursor }] of all.slice(0, -1).entries()) {
      const rest = await takeReply(openEvents(scene, session.key, cursor));
      expect(rest).toEqual(all.slice(index + 1));
    }
  });

  test('at every single event while the reply runs has the rest as it comes', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    send(scene, session);
    const got: ChatEvent[] = [];
    let stream = openEvents(scene, session.key);
    const next = async () => {
      const { value } = await stream.next();
      got.push(value);
      await stream.return?.();
      stream = openEvents(scene, session.key, value.cursor);
    };
    await next();
    for (const word of words) {
      scene.foundry.last.delta(word);
      await next();
    }
    scene.foundry.last.ended();
    await next();
    expectWhole(got);
  });

  test.each([
    ['the log has lost all but its tail', { maxSessionEvents: 3 }],
    ['the log has lost all', { maxSessions: 0 }],
    ['the log has lost all but a few words', { maxSessionBytes: 4_000 }],
  ])('at every single event, when %s', async (_, bounds) => {
    const scene = stage(bounds);
    const session = scene.store.session('ada');
    send(scene, session);
    await settled();
    const live = takeReply(openEvents(scene, session.key));
    for (const word of words) {
      scene.foundry.last.delta(word);
      await settled();
    }
    scene.foundry.last.ended();
    const all = await live;
    expectWhole(all);
    for (const [index, { cursor }] of all.slice(0, -1).entries()) {
      const rest = await takeReply(openEvents(scene, session.key, cursor));
      expectWhole([...all.slice(0, index + 1), ...rest]);
    }
  });

  test.each([0, 1, 57, 120, 199, 200])('at every event before a process died at word %i', async (died) => {
    const scene = stage();
    const session = scene.store.session('ada');
    send(scene, session);
    await settled();
    const stream = openEvents(scene, session.key);
    const before: ChatEvent[] = [(await stream.next()).value];
    for (const [index, word] of words.slice(0, died).entries()) {
      scene.foundry.last.delta(word);
      before.push((await stream.next()).value);
      if (index % 50 === 20) await scene.clock.advance(1_100);
    }
    await scene.kill();
    await stream.return?.();

    const again = { ...scene, ...scene.open() };
    const readers = before.map(({ cursor }) => takeReply(openEvents(again, session.key, cursor)));
    const anew = takeReply(openEvents(again, session.key));
    await settled();
    scene.foundry.last.delta(...words.slice(died)).ended();
    for (const [index, rest] of (await Promise.all(readers)).entries()) {
      expectWhole([...before.slice(0, index + 1), ...rest]);
    }
    expectWhole(await anew);
    expect(scene.foundry.responses).toHaveLength(1);
  });

  test('between replies gets all that came meanwhile, from the log or from the store', async () => {
    for (const bounds of [{}, { maxSessionEvents: 2 }]) {
      const scene = stage(bounds);
      const session = scene.store.session('ada');
      const cursors: string[] = [];
      for (const text of ['one', 'two', 'three', 'four']) {
        send(scene, session);
        await settled();
        scene.foundry.last.delta(text, ' ', text).ended();
        await scene.clock.advance(10);
        cursors.push((await takeReply(openEvents(scene, session.key))).at(-1)?.cursor ?? '');
      }
      const stream = openEvents(scene, session.key, cursors[0]);
      const texts = [];
      for (let reply = 0; reply < 3; reply++) {
        const events: ChatEvent[] = [];
        while (events.at(-1)?.kind !== 'COMPLETED') events.push((await stream.next()).value);
        expect(events[0]?.kind).toBe('STARTED');
        texts.push(textOf(events));
      }
      expect(texts).toEqual(['two two', 'three three', 'four four']);
      const fifth = stream.next();
      send(scene, session);
      expect((await fifth).value.kind).toBe('STARTED');
      await stream.return?.();
    }
  });
});

test('replies that come and go while a reader is told what is stored are told once', async () => {
  const scene = stage({ maxSessionEvents: 6 });
  const session = scene.store.session('ada');
  const answer = async (text: string) => {
    send(scene, session);
    await settled();
    scene.foundry.last.delta(text).ended();
    await scene.clock.advance(10);
  };
  await answer('one');
  const [started] = await take(openEvents(scene, session.key), 1);
  await answer('two');
  await answer('three');
  const stream = openEvents(scene, session.key, started?.cursor);
  const events = [(await stream.next()).value];
  // The place in the log is known by now; the replies after the first are not read yet.
  await answer('four');
  await answer('five');
  while (events.filter(({ kind }) => kind === 'COMPLETED').length < 5)
    events.push((await stream.next()).value);
  const next = stream.next();
  await settled();
  const { key } = send(scene, session);
  events.push((await next).value);
  expect(events.at(-1)?.messageKey).toBe(key);
  expect(kindsOf(events).join(' ')).toBe(`DELTA COMPLETED ${'STARTED DELTA COMPLETED '.repeat(4)}STARTED`);
  expect(textOf(events)).toBe('onetwothreefourfive');
  await stream.return?.();
});

test('a log that dropped a session knows that it did, also when the session has come back', async () => {
  const log = createMemoryLog({ maxSessions: 1 });
  const event = { kind: 'STARTED', messageKey: 'm', sequence: 1, at: new Date(), end: 0 } as const;
  log.append('a', event);
  const place = await log.head('a');
  log.append('a', event);
  log.append('b', event);
  expect(await log.read('a', place, 10)).toBeNull();
  log.append('a', event);
  expect(await log.read('a', place, 10)).toBeNull();
  expect(await log.read('a', await log.head('a'), 10)).toEqual([]);
});

test('two readers see the same, the one who came late too', async () => {
  const scene = stage();
  const session = scene.store.session('ada');
  const early = takeReply(openEvents(scene, session.key));
  send(scene, session);
  await settled();
  scene.foundry.last.delta(...words.slice(0, 90));
  await settled();
  const late = takeReply(openEvents(scene, session.key));
  await settled();
  scene.foundry.last.delta(...words.slice(90)).ended();
  expect(await late).toEqual(await early);
  expectWhole(await early);
});

test('a reader slower than the model gets every word, and holds none of them', async () => {
  for (const bounds of [{}, { maxSessionEvents: 10 }]) {
    const scene = stage(bounds);
    const session = scene.store.session('ada');
    send(scene, session);
    const slow = openEvents(scene, session.key);
    const events = [(await slow.next()).value];
    for (const word of words.slice(0, 100)) {
      scene.foundry.last.delta(word);
      await settled();
    }
    events.push((await slow.next()).value);
    scene.foundry.last.delta(...words.slice(100)).ended();
    await scene.clock.advance(2_000);
    expectWhole([...events, ...(await takeReply(slow))]);
  }
});

test('text that neither the reader nor the store has yet is waited for', async () => {
  const scene = stage();
  const session = scene.store.session('ada');
  const { reply } = scene.store.addExchange(session, 'Tell me.');
  const row = scene.store.messages.get(reply.key);
  if (!row) throw new Error('no reply');
  // As another process would leave it, whose log has lost the words in the middle.
  scene.store.messages.set(reply.key, { ...row, status: 'STREAMING', content: 'one ', position: 2 });
  await scene.replies.settle(scene.ada).catch(() => {});
  scene.store.messages.set(reply.key, { ...row, status: 'STREAMING', content: 'one ', position: 2 });
  const stream = openEvents(scene, session.key);
  const events = await Promise.all([stream.next(), stream.next()]);
  const at = new Date();
  const logged = { messageKey: reply.key, at, sequence: 4, end: 13 };
  scene.log.append(session.key, { ...logged, kind: 'DELTA', text: 'three' });
  const next = stream.next();
  await scene.clock.advance(900);
  scene.store.messages.set(reply.key, { ...row, status: 'STREAMING', content: 'one two three', position: 4 });
  await scene.clock.advance(200);
  expect(textOf([...events, await next].map(({ value }) => value))).toBe('one two three');
  await stream.return?.();
});

test('what is kept is bounded, whatever is written', async () => {
  const scene = stage({ maxSessions: 5, maxBytes: 100_000, maxSessionEvents: 50 });
  for (let index = 0; index < 20; index++) {
    const session = scene.store.session('ada');
    send(scene, session);
    await settled();
    scene.foundry.last.delta(...words, 'x'.repeat(30_000)).ended();
    await scene.clock.advance(10);
    expect(textOf(await takeReply(openEvents(scene, session.key)))).toHaveLength(whole.length + 30_000);
  }
  const log = scene.log as unknown as { bytes: number; sessions: number };
  expect(log.sessions).toBeLessThanOrEqual(5);
  expect(log.bytes).toBeLessThanOrEqual(100_000);
});

describe('a cursor', () => {
  test('that is none, or of another session, is refused', async () => {
    const scene = stage();
    const [one, other] = [scene.store.session('ada'), scene.store.session('ada')];
    send(scene, one);
    const [started] = await take(openEvents(scene, one.key), 1);
    for (const after of ['', 'nonsense', started?.cursor.slice(0, -4) ?? '', 'x'.repeat(10_000)]) {
      const refused = openEvents(scene, one.key, after).next();
      await expect(refused).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'after' } });
    }
    const elsewhere = openEvents(scene, other.key, started?.cursor).next();
    await expect(elsewhere).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'after' } });
  });

  test('whose reply was deleted has expired', async () => {
    const scene = stage();
    const session = scene.store.session('ada');
    const reply = send(scene, session);
    await settled();
    scene.foundry.last.delta('a').ended();
    await scene.clock.advance(10);
    const [, delta] = await take(openEvents(scene, session.key), 2);
    scene.store.messages.delete(reply.key);
    scene.log.drop(session.key);
    const stream = openEvents(scene, session.key, delta?.cursor);
    await expect(stream.next()).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  });

  test("of another person's session names nothing", async () => {
    const scene = stage();
    const session = scene.store.session('ben');
    await expect(openEvents(scene, session.key).next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
