import { NotFoundError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agent, read, startTestProject, type TestProject } from './support/foundry.ts';

let project: TestProject;
beforeAll(async () => {
  project = await startTestProject();
});
afterAll(() => project[Symbol.asyncDispose]());

const names = ['storyteller', 'clerk', 'librarian', 'fragile', 'popular', 'slow', 'filtered', 'retired'];

describe('the agents, by the official client', () => {
  it('are listed page by page, newest first', async () => {
    const agents = [];
    for await (const found of project.projects().agents.list({ limit: 3 })) agents.push(found);
    expect(agents.map(({ name }) => name)).toEqual(names);
    const created = agents.map(({ versions }) => Number(versions.latest.created_at));
    expect(created).toEqual(created.toSorted((a, b) => b - a));
    const { calls } = (await (await project.control('GET', 'calls')).json()) as {
      calls: { query: string }[];
    };
    expect(calls.slice(-3).map(({ query }) => new URLSearchParams(query).get('after'))).toEqual([
      null,
      'librarian',
      'slow',
    ]);
  });

  it('are listed oldest first, and one by one', async () => {
    const { agents } = project.projects();
    const first = await agents.list({ order: 'asc' }).next();
    expect(first.value).toMatchObject({ name: 'retired', state: 'disabled' });
    expect(await agents.get('clerk')).toMatchObject({
      state: 'enabled',
      versions: { latest: { version: '2', definition: { kind: 'prompt', tools: [{ type: 'mcp' }] } } },
    });
    await expect(agents.get('nobody')).rejects.toMatchObject({ statusCode: 404, code: 'not_found' });
  });

  it('have versions', async () => {
    const { agents } = project.projects();
    const versions = [];
    for await (const { version } of agents.listVersions('storyteller', { limit: 2 })) versions.push(version);
    expect(versions).toEqual(['3', '2', '1']);
    expect(await agents.getVersion('storyteller', '2')).toMatchObject({ id: 'storyteller:2' });
    await expect(agents.getVersion('storyteller', '4')).rejects.toMatchObject({ statusCode: 404 });
  });
});

describe('who may call', () => {
  const get = (token: string | null, path = '/agents?api-version=v1') =>
    fetch(`${project.foundry.projectEndpoint}${path}`, {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
    });

  it('nobody without a token for this service', async () => {
    const tokens = [null, 'nonsense', project.token('Ada', 'https://cognitiveservices.azure.com')];
    for (const token of tokens) {
      const answer = await get(token);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      expect(await answer.json()).toMatchObject({ error: { code: 'unauthorized' } });
    }
  });

  it('nobody without the right to', async () => {
    await expect(project.openai('Olaf').conversations.create()).rejects.toMatchObject({
      status: 403,
      code: 'PermissionDenied',
    });
    const answer = await get(project.token('Olaf'));
    expect((await answer.json()).error.message).toContain('AIServices/agents/read');
  });

  it('with a version where there is one, and only what exists', async () => {
    const token = project.token('Ada');
    expect((await get(token, '/agents')).status).toBe(400);
    expect((await get(token, '/agents?api-version=2025-05-01')).status).toBe(400);
    expect((await get(token, '/agents?api-version=v1&limit=101')).status).toBe(400);
    expect((await get(token, '/threads?api-version=v1')).status).toBe(404);
    const elsewhere = project.foundry.projectEndpoint.replace('/local', '/other');
    const answer = await fetch(`${elsewhere}/agents?api-version=v1`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([404, expect.any(String)]);
  });
});

describe("an agent's own endpoint", () => {
  it('runs that agent without being told which', async () => {
    const openai = project.agentEndpoint('storyteller');
    const { id } = await openai.conversations.create();
    const stream = await openai.responses.create({ conversation: id, input: 'Whales?', stream: true });
    const { events, text } = await read(stream);
    expect(events.at(-1)).toMatchObject({
      type: 'response.completed',
      response: { agent_reference: { name: 'storyteller', version: '3' } },
    });
    expect(text).toContain('whales');
  });

  it('is of no other agent', async () => {
    const openai = project.agentEndpoint('storyteller');
    await expect(openai.responses.create({ ...agent('clerk'), input: 'Hi' })).rejects.toMatchObject({
      status: 400,
      param: 'agent_reference',
    });
    await expect(project.agentEndpoint('nobody').conversations.create()).rejects.toThrow(NotFoundError);
  });
});
