import { GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { MlgraphError } from '../../src/domain/errors.ts';
import { toGraphQLError } from '../../src/schema/errors.ts';
import { ada, post, startServer } from './support.ts';

describe('what a client sees', () => {
  test('of an expected failure: its code, its details, its path, not its cause', async () => {
    await using server = await startServer();
    const { status, answer } = await post(
      server.graphql,
      { query: '{ me refused(code: "NOT_FOUND") }' },
      ada,
    );
    expect(status).toBe(200);
    expect(answer).toEqual({
      data: { me: 'ada', refused: null },
      errors: [
        {
          message: 'As asked.',
          path: ['refused'],
          locations: [{ line: 1, column: 6 }],
          extensions: { code: 'NOT_FOUND', upstream: 'arm', retryAfterSeconds: 7 },
        },
      ],
    });
    expect(server.stage.logs).toMatchObject([{ level: 'debug', message: 'As asked.' }]);
  });

  test('a failing upstream warns those who run the gateway, once', async () => {
    await using server = await startServer();
    await post(server.graphql, { query: '{ refused(code: "UPSTREAM_UNAVAILABLE") }' }, ada);
    expect(server.stage.logs).toMatchObject([{ level: 'warn', message: 'As asked.' }]);
  });

  test('of a bug: INTERNAL and the request id, under which the log has the cause', async () => {
    await using server = await startServer();
    const { response, status, answer } = await post(server.graphql, { query: '{ boom }' }, ada);
    const requestId = response.headers.get('x-request-id');
    expect(status).toBe(200);
    expect(answer.errors?.[0]).toEqual({
      message: 'Internal error.',
      path: ['boom'],
      locations: [{ line: 1, column: 3 }],
      extensions: { code: 'INTERNAL', requestId },
    });
    expect(server.stage.logs).toMatchObject([
      { level: 'error', fields: { requestId, path: 'boom', err: { message: 'the password is 1234' } } },
    ]);
  });

  test('of a value that the schema does not allow: INTERNAL', async () => {
    await using server = await startServer();
    const { answer } = await post(server.graphql, { query: '{ badScalar }' }, ada);
    expect(answer.errors?.[0]?.extensions.code).toBe('INTERNAL');
  });

  test('of an answer that cannot be written: INTERNAL', async () => {
    await using server = await startServer();
    const { status, answer } = await post(server.graphql, { query: '{ bigint }' }, ada);
    expect(status).toBe(500);
    expect(answer.errors?.[0]?.extensions.code).toBe('INTERNAL');
    expect(server.stage.logs).toHaveLength(1);
  });

  test.each([
    ['syntax', { query: '{ me' }],
    ['validation', { query: '{ nothing }' }],
    ['an unknown operation', { query: 'query A { me } query B { me }', operationName: 'C' }],
    ['coercion of a variable', { query: 'query($n: SafeInt) { echo(count: $n) }', variables: { n: -1 } }],
    ['coercion of a literal', { query: '{ echo(at: "yesterday") }' }],
    ['null for what may not be', { query: 'query($l: Int = 2) { echo(limit: $l) }', variables: { l: null } }],
  ])('of bad input (%s): BAD_USER_INPUT, 400', async (_what, body) => {
    await using server = await startServer();
    const accept = 'application/graphql-response+json';
    const first = await post(server.graphql, body, { ...ada, accept });
    const again = await post(server.graphql, body, { ...ada, accept });
    expect(first.answer.errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
    if (!('data' in first.answer)) expect(first.status).toBe(400);
    expect(again.answer).toEqual(first.answer);
    expect(server.stage.logs).toEqual([]);
  });
});

describe('toGraphQLError', () => {
  const log = () => {
    const written: object[] = [];
    return {
      written,
      error: (fields: object) => written.push(fields),
      warn: (fields: object) => written.push(fields),
      debug: (fields: object) => written.push(fields),
    };
  };

  test('keeps every detail and hides the cause', () => {
    const details = {
      upstream: 'arm',
      claims: '{}',
      consentUrl: 'https://consent',
      field: 'name',
      requestId: 'up-1',
    };
    const cause = new Error('https://secret.host/?token=abc');
    const shown = toGraphQLError(new MlgraphError('FORBIDDEN', 'No.', details, cause), 'r-1', log());
    expect(shown.toJSON()).toEqual({ message: 'No.', extensions: { code: 'FORBIDDEN', ...details } });
    expect(shown.originalError).toBeUndefined();
    expect(shown.cause).toBeUndefined();
  });

  test('gives back what it made, also from within another error', () => {
    const shown = toGraphQLError(new MlgraphError('CONFLICT', 'Twice.'), 'r-1', log());
    expect(toGraphQLError(shown, 'r-2', log())).toBe(shown);
    expect(toGraphQLError(new GraphQLError('Twice.', { cause: shown }), 'r-2', log())).toBe(shown);
  });

  test('logs one failure of many fields once', () => {
    const { written, ...sink } = log();
    const cause = new Error('one load');
    for (const path of [['a'], ['b']])
      toGraphQLError(new GraphQLError(cause.message, { originalError: cause, path }), 'r-1', sink);
    expect(written).toHaveLength(1);
  });

  test.each([undefined, null, 'text', 7])('takes whatever is thrown: %s', (thrown) => {
    expect(toGraphQLError(thrown, 'r-1', log()).toJSON()).toEqual({
      message: 'Internal error.',
      extensions: { code: 'INTERNAL', requestId: 'r-1' },
    });
  });
});
