import { describe, expect, it, vi } from 'vitest';
import { MlgraphError } from '../../src/domain/errors.ts';
import { readId } from '../../src/domain/ids.ts';
import { json } from './scripted-server.ts';
import { ada, call, message, now, projectPath, responseOf, startProject } from './support/foundry.ts';

const agent = (name: string, more: object = {}) => ({
  object: 'agent',
  id: name,
  name,
  state: 'enabled',
  versions: {
    latest: {
      version: '4',
      description: 'Leave and payroll questions',
      created_at: 1_793_000_000,
      status: 'active',
      definition: {
        kind: 'prompt',
        model: 'gpt-5-mini',
        instructions: 'secret instructions',
        tools: [
          { type: 'file_search', vector_store_ids: ['vs_1'] },
          {
            type: 'mcp',
            server_label: 'payroll',
            server_url: 'https://mcp.example',
            headers: { key: 'secret' },
          },
          { type: 'file_search' },
        ],
      },
    },
  },
  ...more,
});
const page = (data: object[], has_more = false) => ({
  data,
  first_id: null,
  last_id: (data.at(-1) as { name?: string } | undefined)?.name ?? null,
  has_more,
});

const failureOf = async (work: Promise<unknown>): Promise<MlgraphError> => {
  const error = await work.then(
    () => expect.fail('a failure was expected'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MlgraphError);
  return error as MlgraphError;
};

describe('agents', () => {
  it('are told without their instructions, headers and connections', async () => {
    await using project = await startProject((_, response) =>
      json(response, 200, page([agent('hr-helper')])),
    );
    const agents = await project.foundry.listAgents();
    expect(agents).toEqual([
      {
        id: expect.any(String),
        name: 'hr-helper',
        version: '4',
        enabled: true,
        description: 'Leave and payroll questions',
        model: 'gpt-5-mini',
        tools: ['file_search', 'mcp:payroll'],
        createdAt: new Date(1_793_000_000_000),
        syncedAt: new Date(now),
      },
    ]);
    const where = { field: 'id', concepts: ['Agent'], home: project.connector.home };
    expect(readId(agents[0]?.id ?? '', where)).toMatchObject({
      provider: 'AZURE_FOUNDRY',
      key: ['hr-helper'],
    });
    expect(JSON.stringify(agents)).not.toMatch(/secret|https/);
    expect(project.server.received[0]?.url).toBe(`${projectPath}/agents?api-version=v1&limit=100&order=asc`);
  });

  it('may be without nearly everything', async () => {
    const bare = [
      agent('off', { state: 'disabled' }),
      { name: 'bare' },
      { name: 'empty', versions: { latest: null } },
    ];
    await using project = await startProject((_, response) => json(response, 200, page(bare)));
    expect(await project.foundry.listAgents()).toMatchObject([
      { name: 'off', enabled: false },
      { name: 'bare', enabled: true, version: null, model: null, tools: [], createdAt: null },
      { name: 'empty', description: null },
    ]);
  });

  it('are read to the last page', async () => {
    await using project = await startProject(({ url }, response) => {
      const after = new URL(url, 'http://x').searchParams.get('after');
      const first = after === null ? 0 : Number(after.slice(1));
      const data = Array.from({ length: 100 }, (_, index) => agent(`a${first + index + 1}`));
      json(response, 200, page(data, first < 200));
    });
    const agents = await project.foundry.listAgents();
    expect(new Set(agents.map(({ name }) => name)).size).toBe(300);
    expect(project.server.received).toHaveLength(3);
  });

  it.each([
    ['turns in a circle', () => page([agent('a')], true)],
    ['leads nowhere', () => page([], true)],
    ['does not end', (count: number) => page([agent(`a${count}`)], true)],
  ])('of a list that %s are an upstream error', async (_, body) => {
    await using project = await startProject((_, response, count) => json(response, 200, body(count)));
    expect((await failureOf(project.foundry.listAgents())).code).toBe('UPSTREAM_ERROR');
    expect(project.server.received.length).toBeLessThanOrEqual(50);
  });

  it('are refused to whom the service refuses them', async () => {
    await using project = await startProject((_, response) =>
      json(response, 403, { error: { message: 'no' } }),
    );
    expect((await failureOf(project.foundry.listAgents())).code).toBe('FORBIDDEN');
  });
});

describe('a token', () => {
  it('is asked for its audience at the moment of each call', async () => {
    await using project = await startProject((_, response) => json(response, 200, page([])));
    let count = 0;
    const token = vi.fn(async () => `token-${++count}`);
    const foundry = project.connector.connect({ token, call, caller: ada });
    expect(token).not.toHaveBeenCalled();
    await foundry.listAgents();
    await foundry.listAgents();
    expect(token).toHaveBeenCalledWith('https://ai.azure.com/.default', expect.anything());
    const sent = project.server.received.map(({ headers }) => headers.authorization);
    expect(sent).toEqual(['Bearer token-1', 'Bearer token-2']);
  });
});

describe('a conversation', () => {
  it('is made in the name of who asks', async () => {
    await using project = await startProject((_, response) =>
      json(response, 200, { id: 'conv_7', object: 'conversation' }),
    );
    const caller = { ...ada, email: null, name: 'n'.repeat(600) };
    const foundry = project.connector.connect({ token: async () => 'secret-token', call, caller });
    expect(await foundry.createConversation({ session: 'key-1' })).toBe('conv_7');
    const [seen] = project.server.received;
    expect(seen).toMatchObject({ method: 'POST', url: `${projectPath}/openai/v1/conversations` });
    expect(JSON.parse(seen?.body.toString() ?? '')).toEqual({
      metadata: {
        user_id: 'oid-of-ada',
        tenant_id: 'tenant-of-ada',
        user_name: 'n'.repeat(512),
        asked_at: '2026-11-20T10:00:00.000Z',
        session: 'key-1',
      },
    });
  });

  it('is made once, whatever comes of it', async () => {
    await using project = await startProject((_, response) => json(response, 503, {}));
    expect((await failureOf(project.foundry.createConversation({}))).code).toBe('UPSTREAM_UNAVAILABLE');
    expect(project.server.received).toHaveLength(1);
  });

  it('is deleted, also one that is gone', async () => {
    await using project = await startProject((_, response, count) =>
      count === 1
        ? json(response, 200, { id: 'conv_7', deleted: true })
        : json(response, count === 2 ? 404 : 403, { error: { code: 'not_found', message: 'x' } }),
    );
    await project.foundry.deleteConversation('conv_7');
    await project.foundry.deleteConversation('conv_7');
    expect((await failureOf(project.foundry.deleteConversation('conv_7'))).code).toBe('FORBIDDEN');
    expect((await failureOf(project.foundry.deleteConversation('conv_7/items'))).code).toBe('NOT_FOUND');
    const urls = project.server.received.map(({ method, url }) => `${method} ${url}`);
    expect(urls).toEqual(Array(3).fill(`DELETE ${projectPath}/openai/v1/conversations/conv_7`));
  });
});

describe('a response', () => {
  it.each([
    ['queued', null],
    ['in_progress', null],
    ['completed', { kind: 'ended', status: 'COMPLETED', text: 'Once' }],
    ['failed', { kind: 'ended', status: 'FAILED', text: 'Once', error: { code: 'UPSTREAM_ERROR' } }],
    ['cancelled', { kind: 'ended', status: 'CANCELED', text: 'Once' }],
  ])('%s is read as it stands', async (status, expected) => {
    await using project = await startProject((_, response) =>
      json(response, 200, responseOf(status, { output: [message('Once')] })),
    );
    const end = await project.foundry.read('resp_1');
    if (expected) expect(end).toMatchObject(expected);
    else expect(end).toBeNull();
    expect(project.server.received[0]?.url).toBe(`${projectPath}/openai/v1/responses/resp_1`);
  });

  it('that is not kept is NOT_FOUND', async () => {
    await using project = await startProject((_, response) =>
      json(response, 404, { error: { message: 'x' } }),
    );
    const error = await failureOf(project.foundry.read('resp_1'));
    expect(error).toMatchObject({ code: 'NOT_FOUND', message: 'This answer is not kept any more.' });
    expect((await failureOf(project.foundry.cancel('resp_1'))).code).toBe('NOT_FOUND');
    for (const id of ['', '..', 'a/b', 'a?b', 'a b', 'x'.repeat(300)]) {
      expect((await failureOf(project.foundry.read(id))).code).toBe('NOT_FOUND');
    }
    expect(project.server.received).toHaveLength(2);
  });

  it('is cancelled, after a transient failure too', async () => {
    await using project = await startProject((_, response, count) =>
      count === 1 ? json(response, 503, {}) : json(response, 200, responseOf('cancelled')),
    );
    await project.foundry.cancel('resp_1');
    expect(project.server.received.map(({ method, url }) => `${method} ${url}`)).toEqual(
      Array(2).fill(`POST ${projectPath}/openai/v1/responses/resp_1/cancel`),
    );
  });

  it('that has ended needs no cancelling; one that runs and cannot be cancelled is a failure', async () => {
    const bodies = { resp_1: responseOf('completed'), resp_2: responseOf('in_progress') };
    await using project = await startProject(({ method, url }, response) => {
      if (method === 'POST') return json(response, 400, { error: { code: null, message: 'Cannot cancel' } });
      return json(response, 200, url.endsWith('resp_1') ? bodies.resp_1 : bodies.resp_2);
    });
    await project.foundry.cancel('resp_1');
    const error = await failureOf(project.foundry.cancel('resp_2'));
    expect(error).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'foundry refused the input: Cannot cancel',
    });
  });
});

it('health asks the project without a token', async () => {
  await using project = await startProject((_, response) => json(response, 404, {}));
  await project.connector.upstream.probe(new AbortController().signal);
  const [seen] = project.server.received;
  expect(seen?.url).toBe(projectPath);
  expect(seen?.headers.authorization).toBeUndefined();
  expect(project.connector.upstream.name).toBe('foundry');
});
