import { describe, expect, test } from 'vitest';
import { granted } from './support/issuer.ts';
import { data, type Reply, refused } from './support/server.ts';
import { signedIn } from './support/signed-in.ts';
import { mlgraph } from './support/world.ts';

const id = Buffer.from('["Run","AZURE_ML","ws","jolly_cat"]').toString('base64url');

const status = (cursor: string, state: string, more: object = {}) => ({
  data: {
    runStatus: {
      cursor,
      at: '2026-01-05T08:30:00Z',
      status: state,
      previousStatus: null,
      completedTrials: null,
      totalTrials: null,
      bestScore: null,
      run: { id, name: 'jolly_cat', error: null },
      ...more,
    },
  },
});
const log = (cursor: string, text: string, complete = false) => ({
  data: { runLogs: { cursor, text, complete } },
});
const error = (code: string, message: string) => ({ errors: [{ message, extensions: { code } }] });

const watch = (...more: string[]) => ['runs', 'watch', id, ...more];
const completed: Reply = { events: [status('1', 'RUNNING'), status('2', 'COMPLETED')] };
const noLog: Reply = { events: [] };

describe('runs watch', () => {
  test('log on stdout, status on stderr, 0 when it is completed', async () => {
    const { api, world } = await signedIn();
    const trials = { completedTrials: 3, totalTrials: 10, bestScore: 0.91234 };
    api.on('RunStatusChanges', { events: [status('1', 'RUNNING', trials), status('2', 'COMPLETED')] });
    api.on('RunLogs', { events: [log('a', 'one\n'), log('b', 'two\n', true)] });
    const { code, out, err } = await mlgraph(watch(), world);
    expect([code, out]).toEqual([0, 'one\ntwo\n']);
    expect(err).toBe('● RUNNING, 3 of 10 trials, best 0.9123\n● COMPLETED\n');
  });

  test.each([
    ['FAILED', 1, 'The run failed: A row is ragged.'],
    ['CANCELED', 9, 'The run was canceled.'],
  ])('%s exits with %i', async (state, exitCode, message) => {
    const { api, world } = await signedIn();
    const failure = { code: 'UserError', message: 'A row is ragged.' };
    api.on('RunStatusChanges', { events: [status('1', state, { run: { id, name: 'x', error: failure } })] });
    api.on('RunLogs', noLog);
    const { code, err } = await mlgraph(watch(), world);
    expect(code).toBe(exitCode);
    expect(err).toContain(message);
  });

  test('--json: a line an event', async () => {
    const { api, world } = await signedIn();
    api.on('RunStatusChanges', completed);
    api.on('RunLogs', { events: [log('a', 'one\n', true)] });
    const { out, err } = await mlgraph(watch('--json'), world);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(3);
    expect(lines).toContainEqual({ type: 'logs', cursor: 'a', text: 'one\n', complete: true });
    expect(lines.filter(({ type }) => type === 'status').map((line) => line.status)).toEqual([
      'RUNNING',
      'COMPLETED',
    ]);
    expect(err).toBe('');
  });

  test('a stream that is cut goes on behind its last event, each line once', async () => {
    const { api, world } = await signedIn();
    api.on(
      'RunStatusChanges',
      { events: [status('1', 'RUNNING')], cut: true },
      { events: [status('2', 'COMPLETED')] },
    );
    api.on(
      'RunLogs',
      { events: [log('a', 'one\n')], cut: true },
      { status: 503, text: '' },
      { events: [log('b', 'two\n', true)] },
    );
    const { code, out } = await mlgraph(watch(), world);
    expect([code, out]).toEqual([0, 'one\ntwo\n']);
    const cursorsOf = (operation: string) =>
      api.calls.filter((call) => call.operation === operation).map(({ variables }) => variables.after);
    expect(cursorsOf('RunStatusChanges')).toEqual([undefined, '1']);
    expect(cursorsOf('RunLogs')).toEqual([undefined, 'a', 'a']);
  });

  test('a token that runs out on the way is renewed', async () => {
    const { api, issuer, world } = await signedIn();
    issuer.tokens = [granted('access-1')];
    api.on(
      'RunStatusChanges',
      { events: [status('1', 'RUNNING'), error('UNAUTHENTICATED', 'The token has expired.')] },
      { events: [status('2', 'COMPLETED')] },
    );
    api.on('RunLogs', noLog);
    expect((await mlgraph(watch('--no-logs'), world)).code).toBe(0);
    expect(api.calls.map(({ headers, variables }) => [headers.authorization, variables.after])).toEqual([
      ['Bearer access-0', undefined],
      ['Bearer access-1', '1'],
    ]);
  });

  test('a cursor that is no longer kept: the present state comes instead', async () => {
    const { api, world } = await signedIn();
    api.on(
      'RunStatusChanges',
      { events: [status('1', 'RUNNING')], cut: true },
      { events: [error('CURSOR_EXPIRED', 'Gone.')] },
      { events: [status('9', 'COMPLETED')] },
    );
    expect((await mlgraph(watch('--no-logs'), world)).code).toBe(0);
    expect(api.calls.map(({ variables }) => variables.after)).toEqual([undefined, '1', null]);
  });

  test('what the server refuses is not tried again', async () => {
    const { api, world } = await signedIn();
    api.on('RunStatusChanges', refused(200, 'NOT_FOUND', 'No such run.'));
    api.on('RunLogs', { events: [], open: true });
    const { code, err } = await mlgraph(watch(), world);
    expect(code).toBe(5);
    expect(err).toContain('No such run.');
    expect(api.calls.filter(({ operation }) => operation === 'RunStatusChanges')).toHaveLength(1);
  });

  test('a server that stays away is given up, with growing pauses', async () => {
    const { api, world } = await signedIn();
    api.on('RunStatusChanges', { events: [status('1', 'RUNNING')], cut: true }, { status: 502, text: '' });
    const { code } = await mlgraph(watch('--no-logs'), world);
    expect(code).toBe(7);
    expect(world.slept).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000]);
  });

  test('goes on without a log that cannot be read', async () => {
    const { api, world } = await signedIn();
    api.on('RunStatusChanges', completed);
    api.on('RunLogs', { events: [error('UPSTREAM_UNAVAILABLE', 'Storage is away.')] });
    const { code, err } = await mlgraph(watch(), world);
    expect(code).toBe(0);
    expect(err).toContain('Warning: The log cannot be read: Storage is away.');
  });

  test('Ctrl-C leaves the run alone', async () => {
    const { api, world } = await signedIn();
    api.on('RunStatusChanges', () => {
      setImmediate(() => world.interrupt());
      return { events: [status('1', 'RUNNING')], open: true };
    });
    const { code, err } = await mlgraph(watch('--no-logs'), world);
    expect(code).toBe(130);
    expect(err).toContain('The run goes on.');
  });

  test('finds a run by its name', async () => {
    const { api, world } = await signedIn();
    const run = {
      __typename: 'JobRun',
      id,
      name: 'jolly_cat',
      displayName: 'Nightly',
      provider: 'AZURE_ML',
      status: 'RUNNING',
    };
    api.on('Runs', data({ runs: { nodes: [run], pageInfo: { hasNextPage: false }, sources: [] } }));
    api.on('RunStatusChanges', completed);
    expect((await mlgraph(['runs', 'watch', 'nightly', '--no-logs'], world)).code).toBe(0);
    expect(api.calls.at(-1)?.variables.id).toBe(id);
  });
});
