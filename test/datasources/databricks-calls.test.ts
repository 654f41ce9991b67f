import { describe, expect, it, vi } from 'vitest';
import type { Genie } from '../../src/datasources/databricks/index.ts';
import { MlgraphError } from '../../src/domain/errors.ts';
import { readId } from '../../src/domain/ids.ts';
import { readPage } from '../../src/domain/paging.ts';
import { json } from './scripted-server.ts';
import {
  failureOf,
  key,
  messageOf,
  now,
  paths,
  place,
  queryPlace,
  spaceKey,
  startedOf,
  startWorkspace,
} from './support/databricks.ts';
import { walk } from './support/supabase-chat.ts';

const page = (first = 25, after: string | null = null) => readPage({ first, after }, 'ada', 'list');
const spaceOf = (index: number, more: object = {}) => ({
  space_id: key(index),
  title: `Space ${index}`,
  ...more,
});
const parameters = (url: string) => Object.fromEntries(new URL(url, 'http://x').searchParams);

describe('spaces', () => {
  it('are told without their warehouse and what they are made of', async () => {
    const row = spaceOf(1, {
      description: 'Orders',
      warehouse_id: 'secret-warehouse',
      parent_path: '/directories/1',
      serialized_space: 'secret',
    });
    await using workspace = await startWorkspace((_, response) => json(response, 200, row));
    const space = await workspace.genie.getSpace(spaceKey);
    expect(space).toEqual({
      kind: 'GENIE_SPACE',
      id: expect.any(String),
      key: spaceKey,
      title: 'Space 1',
      description: 'Orders',
    });
    const where = { field: 'id', concepts: ['GenieSpace'], home: workspace.connector.home };
    expect(readId(space.id, where)).toMatchObject({ provider: 'DATABRICKS', key: [spaceKey] });
    expect(workspace.connector.home).toBe(new URL(workspace.server.url).host);
    await workspace.genie.getSpace(spaceKey);
    expect(workspace.asked()).toEqual([`GET ${paths.space}`]);
  });

  it('are listed page by page, by tokens that stay bound to their size', async () => {
    await using workspace = await startWorkspace(({ url }, response) => {
      const { page_size, page_token } = parameters(url);
      const start = Number(page_token?.slice(1) ?? 0);
      const indexes = [1, 2, 3, 4, 5].slice(start, start + Number(page_size));
      const more = start + Number(page_size) < 5;
      json(response, 200, {
        spaces: indexes.map((index) => spaceOf(index)),
        next_page_token: more ? `t${start + Number(page_size)}` : '',
      });
    });
    const found = await walk(2, (after) => workspace.genie.listSpaces(page(2, after)));
    expect(found.map(({ key: each }) => each)).toEqual([1, 2, 3, 4, 5].map(key));
    const asked = workspace.server.received.map(({ url }) => parameters(url));
    expect(new Set(asked.map(({ page_size }) => page_size))).toEqual(new Set(['2']));
    expect(asked.every(({ page_token }) => page_token !== '')).toBe(true);
    const first = await workspace.genie.listSpaces(page(2));
    await workspace.genie.listSpaces(page(50, first.endCursor));
    expect(parameters(workspace.server.received.at(-1)?.url ?? '')).toMatchObject({ page_size: '2' });
  });

  it.each([
    ['none', {}],
    ['null', { spaces: null, next_page_token: null }],
    ['what is no space', { spaces: [{ title: 'without an id' }, null, { space_id: '../x' }] }],
  ])('may be %s', async (_, body) => {
    await using workspace = await startWorkspace((_request, response) => json(response, 200, body));
    expect(await workspace.genie.listSpaces(page())).toMatchObject({ edges: [], hasNextPage: false });
  });

  it('of a list that leads to itself are an upstream error', async () => {
    const body = { spaces: [], next_page_token: 'again' };
    await using workspace = await startWorkspace((_, response) => json(response, 200, body));
    expect((await failureOf(workspace.genie.listSpaces(page()))).code).toBe('UPSTREAM_ERROR');
  });

  it.each([
    ['of another list', '25 foreign', 1],
    ['without a token', '25 ', 0],
    ['without a size', 'x', 0],
    ['of no size', '0 token', 0],
    ['of too large a size', '101 token', 0],
  ])('behind a cursor %s are refused', async (_, token, calls) => {
    const body = { error_code: 'INVALID_PARAMETER_VALUE', message: 'page_token is not valid' };
    await using workspace = await startWorkspace((_request, response) => json(response, 400, body));
    const after = page().cursorAt({ token, offset: 0 });
    const failure = await failureOf(workspace.genie.listSpaces(page(25, after)));
    expect(failure).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'after' } });
    expect(workspace.server.received).toHaveLength(calls);
  });
});

describe('conversations', () => {
  it('are those of chat mode, newest first', async () => {
    const conversations = [
      {
        conversation_id: key(2),
        title: 'Old',
        created_timestamp: now,
        agent_type: 'GENIE_CONVERSATION_TYPE_CHAT',
      },
      { conversation_id: key(3), title: 'Research', agent_type: 'GENIE_CONVERSATION_TYPE_AGENT' },
      { id: key(4), created_timestamp: now + 1 },
      { title: 'lost' },
    ];
    await using workspace = await startWorkspace((_, response) => json(response, 200, { conversations }));
    const { edges } = await workspace.as('APP').listConversations(spaceKey, page());
    expect(edges.map(({ node }) => node)).toEqual([
      {
        kind: 'GENIE_CONVERSATION',
        id: expect.any(String),
        spaceKey,
        conversationKey: key(4),
        title: null,
        createdAt: new Date(now + 1),
        as: 'APP',
      },
      expect.objectContaining({ conversationKey: key(2), title: 'Old', createdAt: new Date(now) }),
    ]);
    expect(workspace.asked()).toEqual([`GET ${paths.space}/conversations?page_size=25`]);
  });

  it('have their messages oldest first within a page, older ones behind it', async () => {
    const rows = [1, 2, 3, 4, 5].map((index) =>
      messageOf({ message_id: key(index), content: `Q${index}`, created_timestamp: now + index }),
    );
    await using workspace = await startWorkspace(({ url }, response) => {
      const { page_token } = parameters(url);
      const older = page_token === 'older';
      json(
        response,
        200,
        older ? { messages: rows.slice(0, 2) } : { messages: rows.slice(2), next_page_token: 'older' },
      );
    });
    const questions = async (after: string | null) => {
      const found = await workspace.genie.listMessages(place, page(3, after));
      return { ...found, questions: found.edges.map(({ node }) => node.question) };
    };
    const first = await questions(null);
    expect(first).toMatchObject({ questions: ['Q3', 'Q4', 'Q5'], hasNextPage: true });
    expect(await questions(first.endCursor)).toMatchObject({ questions: ['Q1', 'Q2'], hasNextPage: false });
  });
});

describe('asking', () => {
  const question = { spaceKey, conversationKey: null, text: 'Orders last week?' };
  const next = { ...question, conversationKey: key(2) };

  it('begins a conversation, or goes on with one', async () => {
    await using workspace = await startWorkspace(({ url }, response) =>
      json(
        response,
        200,
        url.endsWith('start-conversation') ? startedOf() : messageOf({ status: 'SUBMITTED' }),
      ),
    );
    const begun = await workspace.genie.ask(question);
    expect(begun).toMatchObject({ title: 'Orders last week?', message: { ...place, status: 'SUBMITTED' } });
    const gone = await workspace.as('APP').ask(next);
    expect(gone).toMatchObject({ title: null, message: { ...place, as: 'APP' } });
    expect(workspace.asked()).toEqual([`POST ${paths.space}/start-conversation`, `POST ${paths.messages}`]);
    for (const { body } of workspace.server.received)
      expect(JSON.parse(body.toString())).toEqual({ content: question.text });
  });

  it.each([
    ['nested alone', startedOf({ conversation_id: undefined, message_id: undefined })],
    [
      'of the older name',
      startedOf({
        conversation_id: null,
        message_id: null,
        conversation: { id: key(2) },
        message: { id: key(3), status: 'SUBMITTED' },
      }),
    ],
    ['in the message', { message: messageOf() }],
  ])('finds its ids %s', async (_, body) => {
    await using workspace = await startWorkspace((_request, response) => json(response, 200, body));
    expect((await workspace.genie.ask(question)).message).toMatchObject({
      ...place,
      question: question.text,
    });
  });

  it('without ids in the answer is an upstream error', async () => {
    await using workspace = await startWorkspace(({ url }, response) =>
      json(response, 200, url.endsWith('start-conversation') ? { message: {} } : {}),
    );
    for (const asked of [question, next])
      expect((await failureOf(workspace.genie.ask(asked))).code).toBe('UPSTREAM_ERROR');
  });

  it.each([500, 502, 503, 504, 408, 400])('is never repeated after %d', async (status) => {
    await using workspace = await startWorkspace((_, response) => json(response, status, {}), {
      retries: 2,
      random: () => 0,
    });
    for (const asked of [question, next]) await failureOf(workspace.genie.ask(asked));
    expect(workspace.server.received).toHaveLength(2);
  });

  it('is never repeated after a lost connection, a broken answer or a timeout', async () => {
    await using workspace = await startWorkspace(
      (_, response, count) => {
        if (count === 1) response.destroy();
        if (count === 2) response.writeHead(200).end('{"conversation_id"');
      },
      { retries: 2, random: () => 0, deadlineMs: 100 },
    );
    const codes = [];
    for (const _ of [1, 2, 3]) codes.push((await failureOf(workspace.genie.ask(question))).code);
    expect(codes).toEqual(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_ERROR', 'UPSTREAM_TIMEOUT']);
    expect(workspace.server.received).toHaveLength(3);
  });

  const refused = { error_code: 'REQUEST_LIMIT_EXCEEDED', message: 'Too many questions' };

  it.each([
    ['named', { 'retry-after': '37' }, 37],
    ['of a minute, as it names none', {}, 60],
  ])('is refused at once by a 429 whose wait is %s', async (_, headers, retryAfterSeconds) => {
    await using workspace = await startWorkspace((_request, response) =>
      json(response, 429, refused, headers),
    );
    const failure = await failureOf(workspace.genie.ask(question));
    expect(failure).toMatchObject({
      code: 'RATE_LIMITED',
      details: { retryAfterSeconds, upstream: 'databricks' },
    });
    expect(workspace.server.received).toHaveLength(1);
  });
});

describe('a read', () => {
  it('is repeated, after what wait the service names', async () => {
    await using workspace = await startWorkspace(
      (_, response, count) =>
        count === 1
          ? json(response, 503, {}, { 'retry-after': '1' })
          : count === 2
            ? json(response, 429, {})
            : json(response, 200, messageOf()),
      { retries: 2, random: () => 0 },
    );
    expect(await workspace.genie.getMessage(place)).toMatchObject(place);
    expect(workspace.server.received).toHaveLength(3);
  });
});

describe('a token', () => {
  it('is asked for the Databricks resource, at the moment of each call, and once more after a 401', async () => {
    await using workspace = await startWorkspace((_, response, count) =>
      count === 1 ? json(response, 401, {}) : json(response, 200, messageOf()),
    );
    let count = 0;
    const token = vi.fn(async () => `token-${++count}`);
    const genie = workspace.as('USER', { token });
    expect(token).not.toHaveBeenCalled();
    await genie.getMessage(place);
    expect(token).toHaveBeenCalledWith('2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default', expect.anything());
    const sent = workspace.server.received.map(({ headers }) => headers.authorization);
    expect(sent).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('that Entra does not give is its own failure', async () => {
    await using workspace = await startWorkspace((_, response) => json(response, 200, messageOf()));
    const consent = new MlgraphError('INTERACTION_REQUIRED', 'You have to consent.', {
      consentUrl: 'https://x',
    });
    const genie = workspace.as('USER', { token: () => Promise.reject(consent) });
    await expect(genie.getMessage(place)).rejects.toBe(consent);
    expect(workspace.server.received).toEqual([]);
  });
});

/** Every method, with keys of the place it is about. */
const methods: Record<Exclude<keyof Genie, 'home'>, (genie: Genie, given: string) => Promise<unknown>> = {
  listSpaces: (genie) => genie.listSpaces(page()),
  getSpace: (genie, given) => genie.getSpace(given),
  listConversations: (genie, given) => genie.listConversations(given, page()),
  ask: (genie, given) => genie.ask({ spaceKey, conversationKey: given, text: 'x' }),
  getMessage: (genie, given) => genie.getMessage({ ...place, messageKey: given }),
  listMessages: (genie, given) => genie.listMessages({ ...place, conversationKey: given }, page()),
  result: (genie, given) => genie.result({ ...queryPlace, attachmentKey: given }, 10),
  rerun: (genie, given) => genie.rerun({ ...queryPlace, spaceKey: given }),
  rate: (genie, given) => genie.rate({ ...place, spaceKey: given }, 'NONE', null),
};
const eachMethod = Object.entries(methods);

describe.each(eachMethod)('%s', (name, act) => {
  it('sends no key that Genie cannot have made', async () => {
    await using workspace = await startWorkspace((_, response) => json(response, 200, {}));
    if (name === 'listSpaces') return;
    for (const given of ['', 'x', '..', `${key(1)}/..`, key(1).toUpperCase(), `${key(1)}?x`, `${key(1)}\n`])
      expect((await failureOf(act(workspace.genie, given))).code, given).toBe('NOT_FOUND');
    expect(workspace.server.received).toEqual([]);
  });

  it.each([
    ['a page of a proxy', 200, '<html>sign in</html>', 'text/html', 'UPSTREAM_ERROR'],
    ['half of a JSON', 200, '{"spaces":[', 'application/json', 'UPSTREAM_ERROR'],
    ['a list in place of an object', 200, '[]', 'application/json', 'UPSTREAM_ERROR'],
    ['a page with an error', 502, '<html>bad gateway</html>', 'text/html', 'UPSTREAM_UNAVAILABLE'],
    ['an error of its own', 500, '{"error_code":"INTERNAL_ERROR"}', 'application/json', 'UPSTREAM_ERROR'],
  ])('tells %s', async (_, status, body, type, code) => {
    if (name === 'rate' && body === '[]') return;
    await using workspace = await startWorkspace((_request, response) =>
      response.writeHead(status, { 'content-type': type }).end(body),
    );
    expect((await failureOf(act(workspace.genie, key(4)))).code).toBe(code);
  });

  it('ends with the operation', async () => {
    await using workspace = await startWorkspace(() => undefined);
    const operation = new AbortController();
    const call = { signal: operation.signal, requestId: 'operation-1', traceparent: '' };
    const outcome = act(workspace.as('USER', { call }), key(4)).catch((error: unknown) => error);
    await vi.waitFor(() => expect(workspace.server.received).toHaveLength(1));
    operation.abort(new Error('the client left'));
    expect(await outcome).toEqual(new Error('the client left'));
  });

  it('ends in time', async () => {
    await using workspace = await startWorkspace(() => undefined, { deadlineMs: 50 });
    expect((await failureOf(act(workspace.genie, key(4)))).code).toBe('UPSTREAM_TIMEOUT');
  });
});
