import { APIError } from 'openai';
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { agent, idOf, read, startTestProject, type TestProject, textOf } from './support/foundry.ts';

let project: TestProject;
beforeAll(async () => {
  project = await startTestProject();
});
afterAll(() => project[Symbol.asyncDispose]());

const background = { stream: true, background: true } as const;

/** What came of a stream, and what it threw. */
async function attempt(name: string, input: string, more: object = {}) {
  const events: ResponseStreamEvent[] = [];
  const stream = await project
    .openai()
    .responses.create({ ...agent(name), input, ...background, ...more, stream: true });
  const thrown = await (async () => {
    for await (const event of stream) events.push(event);
  })().then(
    () => null,
    (error: unknown) => error,
  );
  const deltas = events.filter(({ type }) => type === 'response.output_text.delta').length;
  return { events, deltas, thrown, kept: () => project.openai().responses.retrieve(idOf(events)) };
}

const resumed = async (events: ResponseStreamEvent[]) => {
  const starting_after = Number(events.at(-1)?.sequence_number);
  const rest = await project.openai().responses.retrieve(idOf(events), { stream: true, starting_after });
  return (await read(rest)).events;
};

describe('an answer that fails in the middle', () => {
  it('ends with response.failed, its text so far and its usage', async () => {
    const { events, deltas, kept } = await attempt('fragile', 'Whales?');
    expect(deltas).toBe(20);
    const last = events.at(-1);
    if (last?.type !== 'response.failed') throw new Error('it did not fail');
    expect(last.response.error?.code).toBe('server_error');
    expect(last.response.usage?.output_tokens).toBeGreaterThan(0);
    expect(await kept()).toMatchObject({ status: 'failed', output_text: textOf(events) });
  });

  it('ends with an error event', async () => {
    const { deltas, thrown, kept } = await attempt('fragile', 'Whales? Then an error');
    expect(deltas).toBe(20);
    expect(thrown).toBeInstanceOf(APIError);
    expect((await kept()).status).toBe('failed');
  });

  it('is cut, and goes on behind the cut', async () => {
    const { events, deltas, thrown, kept } = await attempt('fragile', 'Whales? Then cut');
    expect(deltas).toBe(20);
    expect(thrown).toBeInstanceOf(TypeError);
    const all = [...events, ...(await resumed(events))];
    expect(all.map((event) => event.sequence_number)).toEqual(all.map((_, index) => index));
    expect(all.at(-1)?.type).toBe('response.completed');
    expect((await kept()).output_text).toBe(textOf(all));
  });

  it('is cut for good', async () => {
    const { events, deltas, kept } = await attempt('fragile', 'Whales? Then cut for good');
    expect(deltas).toBe(20);
    expect((await resumed(events)).at(-1)?.type).toBe('response.failed');
    expect(await kept()).toMatchObject({ status: 'failed', output_text: textOf(events) });
  });

  it('is closed without an end', async () => {
    const { events, deltas, thrown } = await attempt('fragile', 'Whales? Then close');
    expect([deltas, thrown]).toEqual([20, null]);
    expect(events.at(-1)?.type).toBe('response.output_text.delta');
    expect((await resumed(events)).at(-1)?.type).toBe('response.completed');
  });

  it('brings an event that is not JSON', async () => {
    const { events, deltas, thrown } = await attempt('fragile', 'Whales? Then malformed');
    expect(deltas).toBe(20);
    expect(thrown).toBeInstanceOf(SyntaxError);
    expect((await resumed(events)).at(-1)?.type).toBe('response.completed');
  });

  it('falls silent', async () => {
    const openai = project.openai();
    const leaving = new AbortController();
    const stream = await openai.responses.create(
      { ...agent('fragile'), input: 'Whales? Then stall', ...background },
      { signal: leaving.signal },
    );
    const events = stream[Symbol.asyncIterator]();
    const seen: ResponseStreamEvent[] = [];
    while (seen.filter(({ type }) => type === 'response.output_text.delta').length < 20)
      seen.push((await events.next()).value as ResponseStreamEvent);
    let said = false;
    const next = events.next().then(() => {
      said = true;
    });
    const kept = () => openai.responses.retrieve(idOf(seen));
    await vi.waitFor(async () => expect((await kept()).status).toBe('completed'));
    expect(said).toBe(false);
    leaving.abort();
    await next;
    expect((await resumed(seen)).at(-1)?.type).toBe('response.completed');
  });
});

describe('failures by control', () => {
  it('befall the agent that is named, after so many deltas, so many times', async () => {
    const fault = { agent: 'storyteller', kind: 'failed', code: 'rate_limit_exceeded', after: 5, times: 2 };
    expect((await project.control('POST', 'streams', fault)).status).toBe(204);
    expect((await attempt('clerk', 'Add 1 and 2')).events.at(-1)?.type).toBe('response.completed');
    for (const turn of ['one', 'two']) {
      const { deltas, events } = await attempt('storyteller', turn);
      expect(deltas).toBe(5);
      expect(events.at(-1)).toMatchObject({ response: { error: { code: 'rate_limit_exceeded' } } });
    }
    expect((await attempt('storyteller', 'three')).events.at(-1)?.type).toBe('response.completed');
  });

  it('are switched off, and must make sense', async () => {
    await project.control('POST', 'streams', { kind: 'cut', after: 0 });
    await project.control('DELETE', 'streams');
    expect((await attempt('storyteller', 'Whales?')).thrown).toBeNull();
    for (const wrong of [{ kind: 'magic' }, { kind: 'cut', after: 'soon' }, { kind: 'cut', before: 1 }, 7])
      expect((await project.control('POST', 'streams', wrong)).status).toBe(400);
  });

  it('include those of every emulator', async () => {
    const fault = { kind: 'status', status: 429, retryAfter: 3, path: '/responses$', times: 1 };
    await project.control('POST', 'faults', fault);
    await expect(attempt('storyteller', 'Whales?')).rejects.toMatchObject({
      status: 429,
      code: 'too_many_requests',
    });
  });
});

describe('a quota', () => {
  it('refuses before the first word, with the time to wait', async () => {
    const refused = await attempt('popular', 'Hello').catch((error: APIError) => error);
    if (!(refused instanceof APIError)) throw new Error('it was not refused');
    expect([refused.status, refused.code, refused.headers?.get('retry-after')]).toEqual([
      429,
      'too_many_requests',
      '7',
    ]);
  });

  it('fails the response when the stream is already open', async () => {
    const { events, deltas } = await attempt('popular', 'Hello later');
    expect(deltas).toBe(0);
    expect(events.at(-1)).toMatchObject({ response: { error: { code: 'rate_limit_exceeded' } } });
  });
});

describe('a content filter', () => {
  it('blocks the question', async () => {
    const openai = project.openai();
    const conversation = (await openai.conversations.create()).id;
    const asked = openai.responses.create({
      ...agent('filtered'),
      conversation,
      input: 'Tell me of violence',
    });
    await expect(asked).rejects.toMatchObject({
      status: 400,
      code: 'content_filter',
      param: 'prompt',
      error: { innererror: { code: 'ResponsibleAIPolicyViolation' } },
    });
    expect((await openai.conversations.items.list(conversation)).data).toEqual([]);
  });

  it('breaks the answer off', async () => {
    const { events, deltas } = await attempt('filtered', 'Go to the edge');
    expect(deltas).toBe(12);
    expect(events.slice(-2)).toMatchObject([
      { type: 'response.output_item.done', item: { status: 'incomplete' } },
      { type: 'response.incomplete', response: { incomplete_details: { reason: 'content_filter' } } },
    ]);
    expect((await attempt('filtered', 'Go elsewhere')).events.at(-1)?.type).toBe('response.completed');
  });
});

describe('requests that make no sense', () => {
  const story = { ...agent('storyteller'), input: 'Whales?' };
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, 'v']));
  it.each<[number, string, string | null, object]>([
    [400, 'invalid_payload', 'agent', { input: 'Hi', agent: { name: 'storyteller' } }],
    [400, 'invalid_payload', 'agent_reference', { input: 'Hi' }],
    [400, 'invalid_payload', 'agent_reference', { input: 'Hi', agent_reference: { name: 'storyteller' } }],
    [404, 'not_found', null, { input: 'Hi', ...agent('nobody') }],
    [
      404,
      'not_found',
      null,
      { input: 'Hi', agent_reference: { ...agent('clerk').agent_reference, version: '9' } },
    ],
    [409, 'agent_disabled', null, { input: 'Hi', ...agent('retired') }],
    [400, 'invalid_payload', 'instructions', { ...story, instructions: 'Be brief' }],
    [400, 'invalid_payload', 'tools', { ...story, tools: [] }],
    [400, 'invalid_payload', 'temperature', { ...story, temperature: 1 }],
    [
      400,
      'invalid_payload',
      'previous_response_id',
      { ...story, conversation: 'conv_1', previous_response_id: 'resp_1' },
    ],
    [400, 'invalid_payload', 'conversation', { ...story, conversation: 'thread_1' }],
    [404, 'not_found', null, { ...story, conversation: 'conv_1' }],
    [404, 'not_found', null, { ...story, previous_response_id: 'resp_1' }],
    [400, 'invalid_payload', 'background', { ...story, background: true, store: false }],
    [400, 'invalid_payload', 'stream', { ...story, stream: 'yes' }],
    [400, 'invalid_payload', 'input', { ...agent('storyteller') }],
    [400, 'invalid_payload', 'input', { ...story, input: [] }],
    [400, 'invalid_payload', 'input[0].type', { ...story, input: [{ type: 'riddle' }] }],
    [400, 'invalid_payload', 'input[0].content', { ...story, input: [{ role: 'user' }] }],
    [400, 'content_size_exceeded', 'input.content', { ...story, input: 'a'.repeat(1_500_001) }],
    [400, 'invalid_payload', 'metadata', { ...story, metadata: many(17) }],
    [400, 'invalid_payload', 'metadata', { ...story, metadata: { ['k'.repeat(65)]: 'v' } }],
    [400, 'invalid_payload', 'metadata', { ...story, metadata: { k: 'v'.repeat(513) } }],
    [400, 'invalid_payload', 'metadata', { ...story, metadata: { k: 1 } }],
  ])('%i %s %s', async (status, code, param, body) => {
    const refused = await project
      .openai()
      .responses.create(body)
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ status, code, param });
  });

  it('takes what is at the limits', async () => {
    const pairs = Array.from({ length: 16 }, (_, at) => [`${at}`.padEnd(64, 'k'), 'v'.repeat(512)]);
    const metadata = Object.fromEntries(pairs);
    const response = await project.openai().responses.create({ ...story, metadata });
    expect(response.metadata).toEqual(metadata);
  });
});
