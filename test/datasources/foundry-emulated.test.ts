import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFoundryConnector } from '../../src/datasources/foundry/connector.ts';
import type { Foundry } from '../../src/datasources/foundry/index.ts';
import { startTestProject, type TestProject } from '../emulators/support/foundry.ts';
import { call, collect } from './support/foundry.ts';

let project: TestProject;
let connector: ReturnType<typeof createFoundryConnector>;
let impatient: typeof connector;
beforeAll(async () => {
  project = await startTestProject();
  const settings = { projectEndpoint: project.foundry.projectEndpoint };
  connector = createFoundryConnector(settings);
  impatient = createFoundryConnector(settings, { idleMs: 1_000 });
});
afterAll(async () => {
  await connector.close();
  await impatient.close();
  await project[Symbol.asyncDispose]();
});

function as(person: string, by = connector): Foundry {
  const found = project.entra.people.find(({ name }) => name === person);
  if (!found) throw new Error(`nobody is called ${person}`);
  const caller = { subject: found.oid, tenantId: project.entra.tenantId, email: found.email, name: person };
  const token = async (scope: string) => project.token(person, scope.replace('/.default', ''));
  return by.connect({ token, call, caller });
}

type Input = Parameters<Foundry['respond']>[0]['input'];

/** Asks one question, in a conversation of its own unless told. */
async function ask(
  agentName: string,
  input: Input,
  o: { conversationId?: string; signal?: AbortSignal; by?: typeof connector } = {},
) {
  const foundry = as('Ada', o.by);
  const conversationId = o.conversationId ?? (await foundry.createConversation({}));
  const signal = o.signal ?? new AbortController().signal;
  const reply = await collect(foundry.respond({ agentName, conversationId, input, metadata: {}, signal }));
  const first = reply.events[0];
  const responseId = first?.kind === 'created' ? first.responseId : '';
  return { ...reply, conversationId, responseId };
}

const lastSequence = ({ events }: Awaited<ReturnType<typeof collect>>) =>
  events.reduce((last, event) => (event.kind === 'delta' ? event.sequence : last), -1);

describe('the emulated project', () => {
  it('lists its agents to whom it serves, and to nobody else', async () => {
    const agents = await as('Ada').listAgents();
    expect(agents.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['storyteller', 'clerk', 'librarian']),
    );
    expect(agents.find(({ name }) => name === 'clerk')).toMatchObject({
      enabled: true,
      tools: ['mcp:ledger'],
    });
    expect(agents.find(({ name }) => name === 'retired')).toMatchObject({ enabled: false });
    await expect(as('Olaf').listAgents()).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(
        /^foundry refused: it needs the right to Microsoft\.CognitiveServices\//,
      ),
      details: { requestId: expect.any(String) },
    });
  });

  it('answers at length, each word once, and builds on what was said', async () => {
    const first = await ask('storyteller', 'Tell me about glaciers');
    expect(first.events.filter(({ kind }) => kind === 'delta').length).toBeGreaterThan(150);
    expect(first.end).toMatchObject({ status: 'COMPLETED', text: first.text, error: null });
    const { end } = first;
    if (end?.kind !== 'ended') throw new Error('no end');
    expect(end.usage?.totalTokens).toBeGreaterThan(100);
    for (const { title, startIndex, endIndex } of end.citations) {
      expect(end.text.slice(startIndex ?? 0, endIndex ?? 0)).toBe(title?.toLowerCase());
    }
    expect(end.citations.length).toBeGreaterThan(0);
    const second = await ask('storyteller', 'And penguins?', first);
    expect(second.text).toContain('Earlier you asked "Tell me about glaciers"');
    expect(await as('Ada').read(first.responseId)).toEqual(end);
  });

  it('is told who asks', async () => {
    const { responseId } = await ask('storyteller', 'Who am I?');
    const { metadata } = await project.openai().responses.retrieve(responseId);
    const ada = project.entra.people.find(({ name }) => name === 'Ada');
    expect(metadata).toMatchObject({ user_id: ada?.oid, user_email: ada?.email, user_name: 'Ada' });
  });

  it('goes on from any event', async () => {
    const whole = await ask('storyteller', 'Tell me about whales');
    const deltas = whole.events.flatMap((event) => (event.kind === 'delta' ? [event] : []));
    let before = '';
    for (const [index, { text, sequence }] of deltas.entries()) {
      before += text;
      if (index % 40 !== 0 && index < deltas.length - 2) continue;
      const { signal } = new AbortController();
      const position = { responseId: whole.responseId, after: sequence, text: before, signal };
      const rest = await collect(as('Ada').resume(position));
      expect(before + rest.text).toBe(whole.text);
      expect(rest.end).toEqual(whole.end);
    }
  });

  it.each([
    ['cut the line', 'UPSTREAM_ERROR'],
    ['close it', 'UPSTREAM_ERROR'],
    ['stall', 'UPSTREAM_TIMEOUT'],
    ['malformed', 'UPSTREAM_ERROR'],
  ])('that is told to %s in the middle leaves an answer that can be read on', async (what, code) => {
    const by = what === 'stall' ? impatient : connector;
    const broken = await ask('fragile', `Tell me about whales, then ${what}`, { by });
    expect(broken.error?.code).toBe(code);
    expect(broken.end).toBeNull();
    const { signal } = new AbortController();
    const position = {
      responseId: broken.responseId,
      after: lastSequence(broken),
      text: broken.text,
      signal,
    };
    const rest = await collect(as('Ada').resume(position));
    expect(rest.end).toMatchObject({ status: 'COMPLETED', text: broken.text + rest.text });
    expect(broken.text).not.toBe('');
  });

  it('that fails in the middle says so, with the text so far and its usage', async () => {
    const { text, end } = await ask('fragile', 'Tell me about whales');
    expect(end).toMatchObject({ status: 'FAILED', text, error: { code: 'UPSTREAM_UNAVAILABLE' } });
    expect(end?.kind === 'ended' && end.usage?.outputTokens).toBeGreaterThan(0);
    const broken = await ask('fragile', 'Tell me about whales, then error');
    expect(broken.error?.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(await as('Ada').read(broken.responseId)).toMatchObject({ status: 'FAILED', text: broken.text });
  });

  it('asks for approval, and goes on by the decisions', async () => {
    const asked = await ask('clerk', 'Add 1 and 2; then 30 and 40');
    const approvals = asked.events.flatMap((event) => (event.kind === 'approval' ? [event.approval] : []));
    expect(approvals).toMatchObject([
      { toolName: 'add_up', serverLabel: 'ledger', arguments: '{"entries":[1,2]}' },
      { toolName: 'add_up', serverLabel: 'ledger', arguments: '{"entries":[30,40]}' },
    ]);
    expect(asked.end).toMatchObject({ status: 'COMPLETED' });
    const decisions = approvals.map(({ id }, index) => ({
      id,
      approve: index === 0,
      reason: index ? 'No' : null,
    }));
    const { text } = await ask('clerk', { approvals: decisions }, asked);
    expect(text).toContain('The ledger makes 3 of 1, 2.');
    expect(text).toContain('You declined the sum of 30, 40 (No).');
  });

  it('asks for consent, and answers once it is given', async () => {
    const question = 'Which of my books are about glaciers?';
    const asked = await ask('librarian', question);
    expect(asked.kinds).toEqual(['created', 'consent', 'ended']);
    const consent = asked.events.find((event) => event.kind === 'consent');
    expect(consent).toMatchObject({ consent: { serverLabel: 'library', url: /^https:/ } } as never);
    await project.control('POST', 'consents', { person: 'Ada' });
    const { responseId } = asked;
    const { text } = await ask('librarian', { afterConsent: { responseId, question } }, asked);
    expect(text).toContain('glaciers');
    await project.control('DELETE', 'consents');
  });

  it.each([
    ['popular', 'Hello', { code: 'RATE_LIMITED', details: { retryAfterSeconds: 7 } }],
    ['filtered', 'Tell me about violence', { code: 'CONTENT_FILTERED' }],
    ['nobody', 'Hello', { code: 'NOT_FOUND' }],
    ['retired', 'Hello', { code: 'CONFLICT' }],
  ])('has %s refuse %j', async (agent, question, expected) => {
    const { events, error } = await ask(agent, question);
    expect(events).toEqual([]);
    expect(error).toMatchObject(expected);
  });

  it('has refusals that come when the stream is open', async () => {
    expect((await ask('popular', 'Hello, later')).end).toMatchObject({
      status: 'FAILED',
      error: { code: 'RATE_LIMITED', retryAfterSeconds: 7 },
    });
    const edge = await ask('filtered', 'Lead me to the edge');
    expect(edge.end).toMatchObject({
      status: 'INCOMPLETE',
      text: edge.text,
      error: { code: 'CONTENT_FILTERED' },
    });
    expect(edge.text).not.toBe('');
  });

  it('lets one answer at a time be given in a conversation, goes on without a reader, and is cancelled', async () => {
    await project.control('PUT', 'pace', { delta: 20 });
    const foundry = as('Ada');
    const conversationId = await foundry.createConversation({});
    const leaving = new AbortController();
    const question = { agentName: 'slow', conversationId, metadata: {}, signal: leaving.signal };
    const reading = foundry.respond({ ...question, input: 'Think' })[Symbol.asyncIterator]();
    const { value } = await reading.next();
    const responseId = value?.kind === 'created' ? value.responseId : '';
    const second = await collect(foundry.respond({ ...question, input: 'And?', agentName: 'storyteller' }));
    expect(second.error).toMatchObject({ code: 'CONFLICT' });
    leaving.abort(new Error('left'));
    await expect(reading.next()).rejects.toThrow('left');
    expect(await foundry.read(responseId)).toBeNull();
    await foundry.cancel(responseId);
    await vi.waitFor(async () =>
      expect(await foundry.read(responseId)).toMatchObject({ status: 'CANCELED' }),
    );
    await foundry.cancel(responseId);
    await project.control('PUT', 'pace', { delta: 0 });
  });

  it('forgets a conversation', async () => {
    const { conversationId } = await ask('storyteller', 'Tell me about whales');
    await as('Ada').deleteConversation(conversationId);
    await as('Ada').deleteConversation(conversationId);
    expect((await ask('storyteller', 'And?', { conversationId })).error?.code).toBe('NOT_FOUND');
  });
});

it('200 answers at once are each whole, beyond the cap on calls', { timeout: 60_000 }, async () => {
  const settings = { projectEndpoint: project.foundry.projectEndpoint };
  const wide = createFoundryConnector(settings);
  const ada = project.entra.people[0];
  const token = async () => project.token('Ada');
  const caller = { subject: ada?.oid ?? '', tenantId: project.entra.tenantId, email: null, name: null };
  const foundry = wide.connect({ token, call, caller });
  await project.control('PUT', 'pace', { delta: 2 });
  const replies = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const conversationId = await foundry.createConversation({});
      const { signal } = new AbortController();
      const question = { agentName: 'filtered', conversationId, input: 'Whales', metadata: {}, signal };
      return collect(foundry.respond(question));
    }),
  );
  for (const { text, end, error } of replies) {
    expect(error).toBeNull();
    expect(end).toMatchObject({ status: 'COMPLETED', text });
  }
  await wide.close();
});
