import { describe, expect, test } from 'vitest';
import { data, failed } from './support/server.ts';
import { type SignedIn, signedIn } from './support/signed-in.ts';
import { mlgraph } from './support/world.ts';

const table = {
  columns: [
    { name: 'region', type: 'STRING' },
    { name: 'total', type: 'DECIMAL' },
  ],
  rows: [
    ['north, far', '12345678901234567.89'],
    [null, 7],
  ],
  rowCount: 2,
  truncated: false,
};

const message = (more: object = {}) => ({
  __typename: 'GenieMessage',
  id: 'm-1',
  question: 'How much?',
  status: 'COMPLETED',
  text: null,
  followUpQuestion: null,
  suggestedQuestions: ['And by month?'],
  error: null,
  conversation: { id: 'c-1' },
  query: { sql: 'SELECT region, SUM(amount)\nFROM sales', description: null, result: table },
  ...more,
});

async function space(answer: object, options: Parameters<typeof signedIn>[0] = {}): Promise<SignedIn> {
  const all = await signedIn(options);
  const nodes = [{ id: 'space-1', title: 'Sales', description: null }];
  all.api.on('GenieSpaces', data({ genieSpaces: { nodes, pageInfo: { hasNextPage: false } } }));
  all.api.on(
    'AskGenie',
    data({ askGenie: { message: { id: 'm-1', status: 'SUBMITTED', conversation: { id: 'c-1' } } } }),
  );
  const event = (cursor: string, status: string) => ({
    data: { genieReply: { cursor, at: '2026-01-05T08:30:00Z', message: { id: 'm-1', status } } },
  });
  all.api.on(
    'GenieReply',
    { events: [event('1', 'ASKING_AI')], cut: true },
    { events: [event('2', 'EXECUTING_QUERY'), event('3', 'COMPLETED')] },
  );
  all.api.on('GenieAnswer', data({ node: answer }));
  return all;
}

const ask = (...more: string[]) => ['ask', 'sales', 'How much?', ...more];

describe('ask', () => {
  test('rows as CSV on stdout when piped, SQL on stderr', async () => {
    const { api, world } = await space(message());
    const { code, out, err } = await mlgraph(
      ask('--as', 'APP', '--max-rows', '10', '--conversation', 'c-1'),
      world,
    );
    expect(code).toBe(0);
    expect(out).toBe('region,total\n"north, far",12345678901234567.89\n,7\n');
    expect(err).toContain('SELECT region, SUM(amount)\nFROM sales');
    expect(err).toContain('And by month?');
    const sent = Object.fromEntries(api.calls.map(({ operation, variables }) => [operation, variables]));
    expect(sent.AskGenie).toMatchObject({
      input: { spaceId: 'space-1', question: 'How much?', as: 'APP', conversationId: 'c-1' },
    });
    expect(sent.GenieReply).toEqual({ messageId: 'm-1', after: '1' });
    expect(sent.GenieAnswer).toEqual({ id: 'm-1', maxRows: 10 });
  });

  test('a table at a terminal, with what it is doing', async () => {
    const { world } = await space(message(), { tty: true, env: { TERM: 'xterm' } });
    const { out, err } = await mlgraph(ask(), world);
    expect(out).toMatch(/north, far {2}12345678901234567\.89\n/);
    expect(err).toContain('… executing query');
  });

  test('a document with --json', async () => {
    const { world } = await space(message());
    const { out, err } = await mlgraph(ask('--json'), world);
    expect(JSON.parse(out)).toEqual(message());
    expect(err).toBe('');
  });

  test('what Genie says or asks back is the result where there are no rows', async () => {
    const { world } = await space(message({ query: null, text: 'Sales of what?', suggestedQuestions: [] }));
    expect((await mlgraph(ask(), world)).out).toBe('Sales of what?\n');
  });

  test.each([
    ['FAILED', { error: { code: 'X', message: 'No such table.' } }, 1, 'No such table.'],
    ['CANCELED', {}, 9, 'was canceled'],
  ])('%s has its exit code', async (status, more, exitCode, text) => {
    const { world } = await space(message({ status, query: null, ...more }));
    const { code, err } = await mlgraph(ask(), world);
    expect(code).toBe(exitCode);
    expect(err).toContain(text);
  });

  test('a refusal to ask as a person', async () => {
    const { api, world } = await space(message());
    api.on('AskGenie', failed('askGenie', 'FORBIDDEN', 'A key asks as the application.', { field: 'as' }));
    expect((await mlgraph(ask('--as', 'USER'), world)).code).toBe(4);
  });
});
