import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { agent, idOf, read, startTestProject, type TestProject, textOf } from './support/foundry.ts';

let project: TestProject;
beforeAll(async () => {
  project = await startTestProject();
});
afterAll(() => project[Symbol.asyncDispose]());

const ask = (input: string, more: object = {}) => ({ ...agent('storyteller'), input, ...more });
const background = { stream: true, background: true } as const;

describe('a streamed answer, by the official client', () => {
  it('has the events of the service in their order, and the text that is kept', async () => {
    const openai = project.openai();
    const { id } = await openai.conversations.create({ metadata: { title: 'Whales' } });
    const stream = await openai.responses.create({
      ...ask('What do whales and lighthouses share?', { conversation: id }),
      stream: true,
    });
    const { events, text } = await read(stream);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    const types = events.map(({ type }) => type);
    const deltas = types.filter((type) => type === 'response.output_text.delta').length;
    expect(deltas).toBeGreaterThan(180);
    expect(deltas).toBeLessThan(260);
    expect(types.slice(0, 5)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
    ]);
    expect(types.slice(-4)).toEqual([
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    const last = events.at(-1);
    if (last?.type !== 'response.completed') throw new Error('no end');
    const kept = await openai.responses.retrieve(last.response.id);
    expect(kept.output_text).toBe(text);
    expect(kept).toMatchObject({ ...last.response, output_text: text });
    expect(kept.usage?.output_tokens).toBeGreaterThan(deltas / 2);
  });

  it('cites its sources where they are in the text', async () => {
    const { output } = await project.openai().responses.create(ask('Do whales sleep near lighthouses?'));
    const [message] = output;
    const part = message?.type === 'message' ? message.content[0] : undefined;
    if (part?.type !== 'output_text') throw new Error('no text');
    const cited = part.annotations.map((annotation) => {
      if (annotation.type !== 'url_citation') throw new Error('no link');
      expect(annotation.url).toMatch(/^https:/);
      return part.text.slice(annotation.start_index, annotation.end_index) === annotation.title.toLowerCase();
    });
    expect(cited.length).toBeGreaterThan(0);
    expect(cited).not.toContain(false);
  });

  it('builds on the questions before it, and is the same for the same ones', async () => {
    const openai = project.openai();
    const talk = async (...questions: string[]) => {
      const conversation = (await openai.conversations.create()).id;
      const answers: string[] = [];
      for (const question of questions)
        answers.push((await openai.responses.create(ask(question, { conversation }))).output_text);
      return answers;
    };
    const [first, second] = await talk('Tell me about glaciers', 'And what about penguins?');
    expect(first).toContain('glaciers');
    expect(second).toContain('Earlier you asked "Tell me about glaciers"');
    expect(second).toContain('penguins');
    expect(await talk('Tell me about glaciers', 'And what about penguins?')).toEqual([first, second]);
    expect((await talk('And what about penguins?'))[0]).not.toContain('glaciers');
  });

  it('goes on from a response as it does in a conversation', async () => {
    const openai = project.openai();
    const conversation = (await openai.conversations.create()).id;
    await openai.responses.create(ask('Tell me about glaciers', { conversation }));
    const second = await openai.responses.create(ask('And penguins?', { conversation }));
    const third = await openai.responses.create(ask('And ferries?', { previous_response_id: second.id }));
    for (const word of ['glaciers', 'penguins', 'ferries']) expect(third.output_text).toContain(word);
    expect(third.conversation).toBeNull();
  });

  it('comes as slowly as it is told to', async () => {
    await using paced = await startTestProject({ pace: 20, firstDelta: 150 });
    const times: number[] = [];
    const begun = performance.now();
    const stream = await paced.openai().responses.create({ ...ask('Whales?'), stream: true });
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') times.push(performance.now() - begun);
      if (times.length === 30) break;
    }
    expect(times[0]).toBeGreaterThanOrEqual(145);
    // Beats that do not drift: 29 of them, whatever the machine was busy with.
    expect(Number(times[29]) - Number(times[0])).toBeGreaterThanOrEqual(500);
  });
});

describe('a response in the background', () => {
  it('is the same from every event on', async () => {
    const openai = project.openai();
    const { events } = await read(await openai.responses.create({ ...ask('Whales?'), ...background }));
    expect(events.slice(0, 3).map(({ type }) => type)).toEqual([
      'response.created',
      'response.queued',
      'response.in_progress',
    ]);
    expect(events[0]).toMatchObject({ response: { status: 'queued' } });
    for (let after = 0; after < events.length; after += 17) {
      const rest = await openai.responses.retrieve(idOf(events), { stream: true, starting_after: after });
      expect((await read(rest)).events).toEqual(events.slice(after + 1));
    }
  });

  it('goes on when nobody reads, and is read on while it runs', async () => {
    await using paced = await startTestProject({ pace: 5 });
    const openai = paced.openai();
    const seen: ResponseStreamEvent[] = [];
    for await (const event of await openai.responses.create({ ...ask('Whales?'), ...background })) {
      seen.push(event);
      if (seen.length === 12) break;
    }
    const id = idOf(seen);
    const part = await openai.responses.retrieve(id);
    expect([part.status, part.usage]).toEqual(['in_progress', null]);
    const follow = async (after: number) =>
      (await read(await openai.responses.retrieve(id, { stream: true, starting_after: after }))).events;
    const [rest, whole] = await Promise.all([follow(11), follow(-1)]);
    expect([...seen, ...rest]).toEqual(whole);
    expect((await openai.responses.retrieve(id)).output_text).toBe(textOf(whole));
  });

  it('is cancelled, with what it has said so far', async () => {
    await using paced = await startTestProject({ pace: 10 });
    const openai = paced.openai();
    const conversation = (await openai.conversations.create()).id;
    const seen: ResponseStreamEvent[] = [];
    for await (const event of await openai.responses.create({
      ...ask('Whales?', { conversation }),
      ...background,
    })) {
      seen.push(event);
      if (seen.length === 12) await openai.responses.cancel(idOf(seen));
    }
    expect(seen.at(-1)?.type).not.toMatch(/^response\.(completed|failed|incomplete)$/);
    const kept = await openai.responses.retrieve(idOf(seen));
    expect(kept).toMatchObject({ status: 'cancelled', output_text: textOf(seen) });
    expect(kept.usage?.output_tokens).toBeGreaterThan(0);
    expect((await openai.responses.cancel(kept.id)).status).toBe('cancelled');
    await openai.responses.create(ask('Again?', { conversation, background: true }));
  });

  it('can be polled instead', async () => {
    const openai = project.openai();
    const queued = await openai.responses.create({ ...ask('Whales?'), background: true });
    expect(['queued', 'in_progress']).toContain(queued.status);
    await vi.waitFor(async () =>
      expect((await openai.responses.retrieve(queued.id)).status).toBe('completed'),
    );
    const streaming = openai.responses.retrieve(queued.id, { stream: true });
    await expect(streaming).rejects.toMatchObject({ status: 400, param: 'stream' });
  });
});

describe('a response in the foreground', () => {
  it('stops when its reader leaves, and can neither be cancelled nor streamed again', async () => {
    await using paced = await startTestProject({ pace: 10 });
    const openai = paced.openai();
    const seen: ResponseStreamEvent[] = [];
    for await (const event of await openai.responses.create({ ...ask('Whales?'), stream: true })) {
      seen.push(event);
      if (seen.length === 8) break;
    }
    const id = idOf(seen);
    await vi.waitFor(async () => expect((await openai.responses.retrieve(id)).status).toBe('cancelled'));
    await expect(openai.responses.cancel(id)).rejects.toMatchObject({ status: 400 });
    await expect(openai.responses.retrieve(id, { stream: true })).rejects.toMatchObject({ status: 400 });
  });

  it('stops when who waits for the whole of it leaves', async () => {
    await using paced = await startTestProject({ pace: 10 });
    const openai = paced.openai();
    const leaving = new AbortController();
    const asked = openai.responses.create(ask('Whales?'), { signal: leaving.signal });
    const statuses = async () => {
      const page = await openai.get<{ data: { status: string }[] }>('/responses');
      return page.data.map(({ status }) => status);
    };
    await vi.waitFor(async () => expect(await statuses()).toEqual(['in_progress']));
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await vi.waitFor(async () => expect(await statuses()).toEqual(['cancelled']));
  });
});

describe('what is kept', () => {
  it('has its input, is listed by agent and conversation, and is deleted', async () => {
    await using other = await startTestProject();
    const openai = other.openai();
    const conversation = (await openai.conversations.create()).id;
    const one = await openai.responses.create(ask('Whales?', { conversation, metadata: { owner: 'ada' } }));
    const two = await openai.responses.create({ ...agent('clerk'), input: 'Add 1 and 2' });
    expect(one.metadata).toEqual({ owner: 'ada' });
    const input = await openai.responses.inputItems.list(one.id);
    expect(input.data).toMatchObject([{ role: 'user', content: [{ type: 'input_text', text: 'Whales?' }] }]);
    const list = async (query: object) =>
      (await openai.get<{ data: { id: string }[] }>('/responses', { query })).data.map(({ id }) => id);
    expect(await list({})).toEqual([two.id, one.id]);
    expect(await list({ limit: 1, after: two.id })).toEqual([one.id]);
    expect(await list({ agent_name: 'clerk' })).toEqual([two.id]);
    expect(await list({ agent_id: 'storyteller:3' })).toEqual([one.id]);
    expect(await list({ conversation_id: conversation })).toEqual([one.id]);
    await openai.responses.delete(one.id);
    await expect(openai.responses.retrieve(one.id)).rejects.toMatchObject({ status: 404 });
    expect(await list({})).toEqual([two.id]);
  });

  it('is nothing where nothing was to be stored', async () => {
    const openai = project.openai();
    const { id, output_text } = await openai.responses.create(ask('Whales?', { store: false }));
    expect(output_text).toContain('whales');
    await expect(openai.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
  });
});

describe('a slow agent', () => {
  it('takes its time before the first word and between the others', async () => {
    await using paced = await startTestProject({ pace: 4 });
    const times: number[] = [];
    const begun = performance.now();
    const stream = await paced
      .openai()
      .responses.create({ ...ask('Whales?'), ...agent('slow'), stream: true });
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') times.push(performance.now() - begun);
      if (times.length === 4) break;
    }
    expect(times[0]).toBeGreaterThanOrEqual(195);
    // From the beginning: a first word that is read late makes the others no later.
    expect(times[3]).toBeGreaterThanOrEqual(295);
  });
});

describe('one conversation', () => {
  it('has one response at a time', async () => {
    await using paced = await startTestProject({ pace: 10 });
    const openai = paced.openai();
    const conversation = (await openai.conversations.create()).id;
    const running = await openai.responses.create({ ...ask('Whales?', { conversation }), background: true });
    await expect(openai.responses.create(ask('Penguins?', { conversation }))).rejects.toMatchObject({
      status: 400,
      code: 'conversation_locked',
      param: 'conversation',
    });
    await openai.responses.cancel(running.id);
    await openai.responses.create({ ...ask('Penguins?', { conversation }), background: true });
  });
});
