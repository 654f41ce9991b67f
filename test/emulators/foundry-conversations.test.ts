import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agent, startTestProject, type TestProject } from './support/foundry.ts';

let project: TestProject;
beforeAll(async () => {
  project = await startTestProject();
});
afterAll(() => project[Symbol.asyncDispose]());

describe('conversations, by the official client', () => {
  it('are made, read, renamed and deleted', async () => {
    const { conversations } = project.openai();
    const made = await conversations.create({ metadata: { title: 'Whales' } });
    expect(made).toMatchObject({ object: 'conversation', metadata: { title: 'Whales' } });
    expect(Math.abs(made.created_at - Date.now() / 1000)).toBeLessThan(60);
    expect(await conversations.retrieve(made.id)).toEqual(made);
    const renamed = await conversations.update(made.id, { metadata: { title: 'Penguins' } });
    expect(renamed).toEqual({ ...made, metadata: { title: 'Penguins' } });
    expect(await conversations.delete(made.id)).toEqual({
      id: made.id,
      object: 'conversation.deleted',
      deleted: true,
    });
    for (const gone of [conversations.retrieve(made.id), conversations.delete(made.id)])
      await expect(gone).rejects.toMatchObject({ status: 404, code: 'not_found' });
  });

  it('are everybody’s in the project, and are told apart by their agents alone', async () => {
    await using other = await startTestProject();
    const openai = other.openai();
    const ids: string[] = [];
    for (const name of ['clerk', 'storyteller', 'clerk']) {
      const { id } = await openai.conversations.create();
      await openai.responses.create({ ...agent(name), conversation: id, input: 'Hello 1' });
      ids.push(id);
    }
    const list = async (query: object) => {
      const page = await other
        .openai('Ben')
        .get<{ data: { id: string }[]; has_more: boolean }>('/conversations', { query });
      return [page.data.map(({ id }) => ids.indexOf(id)), page.has_more];
    };
    expect(await list({})).toEqual([[2, 1, 0], false]);
    expect(await list({ limit: 2, order: 'asc' })).toEqual([[0, 1], true]);
    expect(await list({ order: 'asc', after: ids[1] })).toEqual([[2], false]);
    expect(await list({ order: 'asc', before: ids[1] })).toEqual([[0], false]);
    expect(await list({ agent_name: 'clerk' })).toEqual([[2, 0], false]);
    expect(await list({ agent_id: 'storyteller:3' })).toEqual([[1], false]);
  });

  it('hold items, which come page by page', async () => {
    const { conversations } = project.openai();
    const { id } = await conversations.create({ items: [{ role: 'user', content: 'one' }] });
    const added = await conversations.items.create(id, {
      items: [
        { type: 'message', role: 'assistant', content: 'two' },
        { role: 'user', content: [{ type: 'input_text', text: 'three' }] },
      ],
    });
    expect(added.data).toMatchObject([
      { role: 'assistant', content: [{ type: 'output_text' }] },
      { role: 'user' },
    ]);
    const texts = async (order: 'asc' | 'desc') => {
      const found: unknown[] = [];
      for await (const item of conversations.items.list(id, { limit: 1, order }))
        if (item.type === 'message') found.push(...item.content.map((part) => Reflect.get(part, 'text')));
      return found;
    };
    expect(await texts('asc')).toEqual(['one', 'two', 'three']);
    expect(await texts('desc')).toEqual(['three', 'two', 'one']);
    const last = String(added.last_id);
    expect(await conversations.items.retrieve(last, { conversation_id: id })).toEqual(added.data[1]);
    expect((await conversations.items.delete(last, { conversation_id: id })).id).toBe(id);
    expect(await texts('asc')).toEqual(['one', 'two']);
    await expect(conversations.items.retrieve(last, { conversation_id: id })).rejects.toMatchObject({
      status: 404,
    });
  });

  it('hold who said what in which response', async () => {
    const openai = project.openai();
    const { id } = await openai.conversations.create();
    const response = await openai.responses.create({
      ...agent('storyteller'),
      conversation: id,
      input: 'Whales?',
    });
    const { data } = await openai.conversations.items.list(id, { order: 'asc' });
    expect(data).toMatchObject([
      { role: 'user', content: [{ text: 'Whales?' }] },
      { role: 'assistant', response_id: response.id, agent_reference: { name: 'storyteller', version: '3' } },
    ]);
    expect(data[1]).toMatchObject({ content: [{ text: response.output_text }] });
  });

  it('refuse what is not an item, and more than fits', async () => {
    const { conversations } = project.openai();
    const { id } = await conversations.create();
    const hello = { role: 'user' as const, content: 'hello' };
    const refused = { status: 400, code: 'invalid_payload' };
    await expect(conversations.items.create(id, { items: [] })).rejects.toMatchObject(refused);
    const many = Array.from({ length: 21 }, () => hello);
    await expect(conversations.items.create(id, { items: many })).rejects.toMatchObject(refused);
    await expect(conversations.create({ items: many })).rejects.toMatchObject(refused);
    const metadata = { k: 'v'.repeat(513) };
    await expect(conversations.create({ metadata })).rejects.toMatchObject({ ...refused, param: 'metadata' });
    await expect(conversations.update(id, { metadata })).rejects.toMatchObject(refused);
    const [wrong] = await Promise.allSettled([
      conversations.items.create(id, { items: [{ ...hello, role: 'ghost' as 'user' }] }),
    ]);
    expect(wrong).toMatchObject({
      reason: { error: { details: [{ param: 'items[0].role', message: expect.any(String) }] } },
    });
  });

  it('stop what runs in them when they are deleted', async () => {
    await using paced = await startTestProject({ pace: 10 });
    const openai = paced.openai();
    const { id } = await openai.conversations.create();
    const running = await openai.responses.create({
      ...agent('storyteller'),
      conversation: id,
      input: 'Whales?',
      background: true,
    });
    await openai.conversations.delete(id);
    expect((await openai.responses.retrieve(running.id)).status).toBe('cancelled');
  });
});
