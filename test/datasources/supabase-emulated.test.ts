import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readPage } from '../../src/domain/paging.ts';
import { keys } from './support/supabase.ts';
import { agentNamed, failure, finish, say } from './support/supabase-chat.ts';
import { type EmulatedStore, startEmulatedStore } from './support/supabase-emulated.ts';
import { uuid } from './support/supabase-rows.ts';

let database: EmulatedStore;
beforeAll(async () => {
  database = await startEmulatedStore();
});
afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async () => {
  await database.heal();
});

describe('two people', () => {
  test("never meet each other's rows, whatever they ask for", async () => {
    const { store: ada, session, caller } = await database.somebodyWithSession();
    const { message, reply } = await say(ada, session.key, 'secret', 'c1');
    await ada.replaceAgents([agentNamed('mine')]);
    for (const role of ['MEMBER', 'ADMIN'] as const) {
      const ben = database.as(database.person(role));
      const page = () => readPage({}, 'ben', 'list');
      expect(await ben.getSession(session.key)).toBeNull();
      expect(await ben.getMessage(message.key)).toBeNull();
      expect(await ben.getMessage(reply.key)).toBeNull();
      expect(await ben.latestReply(session.key)).toBeNull();
      expect((await ben.listMessages(session.key, page())).edges).toEqual([]);
      expect((await ben.listSessions({}, page())).edges).toEqual([]);
      expect(await ben.openReplies()).toEqual([]);
      expect(await ben.getAgent('mine')).toBeNull();
      expect(await ben.listAgents()).toEqual([]);
      expect(await ben.deleteSession(session.key)).toBe(false);
      expect(await failure(ben.updateSession(session.key, { title: 'x' }))).toBe('NOT_FOUND');
      expect(await failure(ben.updateReply(reply.key, { content: 'x' }))).toBe('NOT_FOUND');
      expect(await failure(say(ben, session.key, 'secret', 'c1'))).toBe('NOT_FOUND');
      expect(await failure(say(ben, uuid(404)))).toBe('NOT_FOUND');
    }
    expect(await ada.getMessage(reply.key)).toEqual(reply);
    expect((await database.as(caller).getSession(session.key))?.title).toBe('');
  });
});

describe('keys', () => {
  test("the service's is never used for a person, nor a person's token for the trail", async () => {
    await database.forgetCalls();
    const { caller, store, session } = await database.somebodyWithSession();
    await store.see(caller);
    const { reply } = await say(store, session.key);
    await finish(store, reply);
    await store.replaceAgents([agentNamed('clerk')]);
    await store.deleteSession(session.key);
    const asPerson = await database.calls();
    expect(asPerson.length).toBeGreaterThan(6);
    expect(new Set(asPerson.map((call) => call.caller))).toEqual(new Set([caller.key]));
    expect(JSON.stringify(asPerson)).not.toContain(keys.serviceRoleKey);

    await database.forgetCalls();
    await database.connector.service.probe(new AbortController().signal);
    expect((await database.calls()).map((call) => call.caller)).toEqual(['service_role']);
  });
});

describe('what goes wrong', () => {
  test.each([
    [{ kind: 'status', status: 401 }, 'UPSTREAM_ERROR'],
    [{ kind: 'status', status: 403 }, 'FORBIDDEN'],
    [{ kind: 'status', status: 409 }, 'CONFLICT'],
    [{ kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'status', status: 503 }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'html', status: 200 }, 'UPSTREAM_ERROR'],
    [{ kind: 'malformed' }, 'UPSTREAM_ERROR'],
    [{ kind: 'cut' }, 'UPSTREAM_ERROR'],
  ] as const)('%o', async (fault, code) => {
    const { store, session } = await database.somebodyWithSession();
    await database.fault({ ...fault, times: 1 });
    expect(await failure(store.getSession(session.key))).toBe(code);
    expect(await store.getSession(session.key)).toEqual(session);
  });

  test('a database that hangs, until the operation ends', async () => {
    const { caller, session } = await database.somebodyWithSession();
    const operation = new AbortController();
    await database.fault({ kind: 'hang', times: 1 });
    await database.forgetCalls();
    const reading = database.as(caller, operation.signal).getSession(session.key);
    const outcome = reading.catch((error: unknown) => error);
    await expect.poll(() => database.calls()).toHaveLength(1);
    operation.abort(new Error('the client left'));
    expect(await outcome).toEqual(new Error('the client left'));
  });

  test('a change that was cut has happened, and the session is usable', async () => {
    const { store, session } = await database.somebodyWithSession();
    await database.fault({ kind: 'cut', times: 1 });
    expect(await failure(say(store, session.key, 'Hi', 'c1'))).toBe('UPSTREAM_ERROR');
    const { reply, repeated } = await say(store, session.key, 'Hi', 'c1');
    expect(repeated).toBe(true);
    await finish(store, reply);
    expect(await store.openReplies()).toEqual([]);
  });
});
