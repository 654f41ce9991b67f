import { describe, expect, test } from 'vitest';
import { ada, post, startServer } from './support.ts';

describe('nobody', () => {
  test.each([
    '{ health }',
    '{ __typename }',
    '{ __schema { queryType { name } } }',
    '{ __type(name: "Query") { name } }',
    'query A { me } query B { alias: health ...Rest } fragment Rest on Query { ... on Query { __typename } }',
  ])('may ask %s', async (query) => {
    await using server = await startServer();
    const { status, answer } = await post(server.graphql, {
      query,
      operationName: query.includes('B') ? 'B' : undefined,
    });
    expect(status).toBe(200);
    expect(answer.errors).toBeUndefined();
  });

  test.each([
    '{ me }',
    '{ health: me }',
    '{ health me }',
    '{ health ...Rest } fragment Rest on Query { alias: me }',
    '{ ... on Query { me } }',
    '{ health me @skip(if: true) }',
    'mutation { finish }',
  ])('may not ask %s', async (query) => {
    await using server = await startServer();
    const { response, status, answer } = await post(server.graphql, { query });
    expect(status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer).toEqual({
      errors: [
        {
          message: 'A credential is needed for this operation: a bearer token or an API key.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
    expect(server.stage.contexts).toEqual([]);
  });

  test('is told of bad input as bad input', async () => {
    await using server = await startServer();
    const { answer } = await post(server.graphql, { query: '{ nothing }' });
    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('a credential', () => {
  test('that does not verify is 401 on anything', async () => {
    await using server = await startServer();
    for (const query of ['{ health }', '{ me }', 'not GraphQL']) {
      const { response, status, answer } = await post(
        server.graphql,
        { query },
        { authorization: 'Bearer bad' },
      );
      expect(status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(answer.errors?.[0]).toEqual({
        message: 'The token does not verify.',
        extensions: { code: 'UNAUTHENTICATED' },
      });
    }
  });

  test('without the right to be exchanged is 403', async () => {
    await using server = await startServer();
    const { status, answer } = await post(
      server.graphql,
      { query: '{ me }' },
      { authorization: 'Bearer app' },
    );
    expect(status).toBe(403);
    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('that cannot be checked is 503', async () => {
    await using server = await startServer();
    const { status, answer } = await post(
      server.graphql,
      { query: '{ me }' },
      { authorization: 'Bearer offline' },
    );
    expect(status).toBe(503);
    expect(answer.errors?.[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  });

  test('reaches the resolvers as an identity', async () => {
    await using server = await startServer();
    await post(server.graphql, { query: '{ me }' }, ada);
    expect(server.stage.contexts[0]?.identity?.caller.key).toBe('test:ada');
    expect(server.stage.contexts[0]?.identity?.assertion()).toBe('ada');
  });
});
