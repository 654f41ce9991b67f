import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../src/datasources/supabase/store.ts';
import type { NewAuditEvent } from '../../src/domain/audit.ts';
import { readPage } from '../../src/domain/paging.ts';
import { agentNamed, walk } from './support/supabase-chat.ts';
import { type EmulatedStore, startEmulatedStore } from './support/supabase-emulated.ts';

let database: EmulatedStore;
beforeAll(async () => {
  database = await startEmulatedStore();
});
afterAll(() => database[Symbol.asyncDispose]());

describe('people', () => {
  test('are remembered from when they were first seen, and refreshed', async () => {
    const { caller, store } = database.somebody();
    const first = await store.see(caller);
    const second = await store.see({ ...caller, name: 'A new name' });
    expect(first).toMatchObject({ key: caller.key, subject: caller.subject, role: 'MEMBER' });
    expect(second).toMatchObject({ key: caller.key, name: 'A new name', createdAt: first.createdAt });
    expect(second.lastSeenAt?.getTime()).toBeGreaterThanOrEqual(first.lastSeenAt?.getTime() ?? Infinity);
  });

  test('with the app role are administrators, and are not made so for good', async () => {
    const caller = database.person('ADMIN');
    expect((await database.as(caller).see(caller)).role).toBe('ADMIN');
    const asMember = { ...caller, role: 'MEMBER' as const };
    expect((await database.as(asMember).see(asMember)).role).toBe('MEMBER');
  });

  test('are listed to administrators, each once, and to others but themselves', async () => {
    const people = [database.person(), database.person(), database.person()];
    for (const caller of people) await database.as(caller).see(caller);
    const administrator = database.person('ADMIN');
    const list = (store: Store, owner: string) =>
      walk(2, (after) => store.listUsers(readPage({ first: 2, after }, owner, 'users')));
    const found = (await list(database.as(administrator), administrator.key)).map(({ key }) => key);
    expect(found).toEqual(expect.arrayContaining(people.map(({ key }) => key)));
    expect(new Set(found).size).toBe(found.length);
    const [member] = people;
    if (!member) throw new Error('nobody');
    expect((await list(database.as(member), member.key)).map(({ key }) => key)).toEqual([member.key]);
  });
});

describe('agents', () => {
  test('are replaced as a whole', async () => {
    const { store } = database.somebody();
    const odd = 'a "quoted", (odd) \\ name';
    expect(await store.replaceAgents([agentNamed('clerk'), agentNamed(odd)])).toEqual({
      added: 2,
      removed: 0,
    });
    expect(await store.getAgent(odd)).toMatchObject({ name: odd, tools: ['mcp', 'tickets'], model: 'gpt-5' });
    const after = await store.replaceAgents([
      agentNamed('storyteller'),
      agentNamed('clerk', { enabled: false }),
    ]);
    expect(after).toEqual({ added: 1, removed: 1 });
    const listed = await store.listAgents();
    expect(listed.map(({ name, enabled }) => [name, enabled])).toEqual([
      ['clerk', false],
      ['storyteller', true],
    ]);
    expect(listed[0]?.syncedAt).toBeInstanceOf(Date);
    expect(await store.replaceAgents([])).toEqual({ added: 0, removed: 2 });
    expect(await store.listAgents()).toEqual([]);
  });

  test('are replaced and listed whole, also where they are more than one answer holds', async () => {
    const { store } = database.somebody();
    const many = Array.from({ length: 1_100 }, (_, index) => agentNamed(`agent "${index}", of many`));
    expect(await store.replaceAgents(many)).toEqual({ added: 1_100, removed: 0 });
    const names = (await store.listAgents()).map(({ name }) => name);
    expect(names.length).toBe(1_100);
    expect(new Set(names)).toEqual(new Set(many.map(({ name }) => name)));
    expect(await store.replaceAgents(many.slice(1))).toEqual({ added: 0, removed: 1 });
    expect(await store.replaceAgents([])).toEqual({ added: 0, removed: 1_099 });
  });

  test('of several sessions are read in one request', async () => {
    const { store } = database.somebody();
    await store.replaceAgents([agentNamed('clerk'), agentNamed('slow')]);
    await database.forgetCalls();
    const found = await Promise.all(['clerk', 'slow', 'clerk', 'gone'].map((name) => store.getAgent(name)));
    expect(found.map((agent) => agent?.name)).toEqual(['clerk', 'slow', 'clerk', undefined]);
    expect(await database.calls()).toHaveLength(1);
  });
});

describe('the trail', () => {
  const eventOf = (actor: string, change: Partial<NewAuditEvent> = {}): NewAuditEvent => ({
    key: randomUUID(),
    at: new Date('2026-09-01T10:00:00Z'),
    actor,
    actorKind: 'USER',
    action: 'sendMessage',
    target: 'a-target',
    outcome: 'OK',
    upstream: 'AZURE_FOUNDRY',
    requestId: 'operation-1',
    keyPrefix: null,
    ...change,
  });

  test('is written by the service and read by administrators alone, newest first', async () => {
    const actor = database.person().key;
    const hours = [8, 9, 10, 11, 12].map((hour) => new Date(Date.UTC(2026, 8, 1, hour)));
    const { service } = database.connector;
    await service.appendAudit(hours.map((at) => eventOf(actor, { at })));
    await service.appendAudit([eventOf(actor, { action: 'deleteSession', outcome: 'NOT_FOUND' })]);
    await service.appendAudit([]);
    const administrator = database.person('ADMIN');
    const read = (filter: Parameters<Store['listAuditEvents']>[0], of = administrator) =>
      walk(2, (after) =>
        database.as(of).listAuditEvents(filter, readPage({ first: 2, after }, of.key, ['audit'])),
      );
    const sent = await read({ actor, action: 'sendMessage' });
    expect(sent.map(({ at }) => at)).toEqual(hours.toReversed());
    const { key: _key, ...told } = eventOf(actor);
    expect(sent[0]).toMatchObject({ ...told, at: hours[4] });
    expect(await read({ actor, since: hours[1], until: hours[3], action: 'sendMessage' })).toHaveLength(2);
    expect(await read({ actor })).toHaveLength(6);
    expect(await read({ actor }, database.person())).toEqual([]);
  });

  test('has what was sent again once, and what came with it', async () => {
    const actor = database.person().key;
    const { service } = database.connector;
    const sent = eventOf(actor, { action: 'first' });
    await database.fault({ kind: 'cut', method: 'POST', times: 1 });
    await service.appendAudit([sent]).catch(() => undefined);
    await service.appendAudit([sent, eventOf(actor, { action: 'second' })]);
    const administrator = database.as(database.person('ADMIN'));
    const { edges } = await administrator.listAuditEvents({ actor }, readPage({}, 'grace', ['audit']));
    expect(edges.map(({ node }) => node.action).sort()).toEqual(['first', 'second']);
  });
});
