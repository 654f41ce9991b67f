import { createClient as createSseClient } from 'graphql-sse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { CancelRun, RunLogs, RunStatusChanges, StartExperiment, UploadDataset } from './operations.ts';
import { type Stack, startStack } from './support/stack.ts';
import { all, overSse, overWebSocket } from './support/streams.ts';

let stack: Stack;
let datasetId: string;
beforeAll(async () => {
  stack = await startStack();
  const rows = Array.from({ length: 200 }, (_, row) => `${row},${row % 5},${row % 2 ? 'yes' : 'no'}`);
  const file = new File([`a,b,label\n${rows.join('\n')}`], 'd.csv');
  const { data } = await stack.upload(UploadDataset, { name: 'resume' }, file);
  datasetId = data?.uploadDataset?.dataset.id ?? '';
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

async function startRun(maxTrials = 4): Promise<string> {
  const input = {
    experiment: 'resume',
    datasetId,
    task: 'CLASSIFICATION' as const,
    targetColumn: 'label',
    maxTrials,
  };
  const { data, errors } = await stack.ask(StartExperiment, { input });
  expect(errors).toEqual([]);
  return data?.startExperiment?.run.id ?? '';
}

test('a subscriber that comes back with `after` has missed nothing and sees nothing twice', async () => {
  const id = await startRun();
  const whole = all(overWebSocket({ stack, document: RunStatusChanges, variables: { id } }).events);
  const first = overWebSocket({ stack, document: RunStatusChanges, variables: { id } });
  const { value } = await first.events.next();
  const seen = [value?.data?.runStatus];
  await first.client.dispose();
  const rest = await all(
    overSse({ stack, document: RunStatusChanges, variables: { id, after: seen[0]?.cursor } }).events,
  );
  const expected = (await whole).map(({ runStatus }) => runStatus.cursor);
  const joined = [...seen, ...rest.map(({ runStatus }) => runStatus)].map((event) => event?.cursor);
  expect(joined).toEqual(expected);
  expect(rest.at(-1)?.runStatus.status).toBe('COMPLETED');
});

test('the log, resumed at any chunk, is the log', async () => {
  const id = await startRun(3);
  const whole = await all(overWebSocket({ stack, document: RunLogs, variables: { id } }).events);
  const text = whole.map(({ runLogs }) => runLogs.text).join('');
  expect(text.length).toBeGreaterThan(500);
  for (const [index, { runLogs }] of whole.slice(0, -1).entries()) {
    const rest = await all(
      overSse({ stack, document: RunLogs, variables: { id, after: runLogs.cursor } }).events,
    );
    const before = whole
      .slice(0, index + 1)
      .map((chunk) => chunk.runLogs.text)
      .join('');
    expect(before + rest.map((chunk) => chunk.runLogs.text).join('')).toBe(text);
  }
});

test('SSE events carry the cursor as their id, and Last-Event-ID wins over `after`', async () => {
  const id = await startRun(2);
  await all(overWebSocket({ stack, document: RunStatusChanges, variables: { id } }).events);
  const headers = {
    authorization: `Bearer ${stack.tokens.Ada}`,
    'content-type': 'application/json',
    accept: 'text/event-stream',
  };
  const query = RunStatusChanges.toString();
  const read = async (variables: object, lastEventId?: string) => {
    const body = JSON.stringify({ query, variables });
    const extra: Record<string, string> = lastEventId ? { 'last-event-id': lastEventId } : {};
    return (await fetch(stack.url, { method: 'POST', headers: { ...headers, ...extra }, body })).text();
  };
  const text = await read({ id });
  const ids = [...text.matchAll(/^id: ?(.+)$/gm)].map(([, cursor]) => cursor);
  const cursors = [...text.matchAll(/"cursor":"([^"]+)"/g)].map(([, cursor]) => cursor);
  expect(ids).toEqual(cursors);
  expect(ids.length).toBeGreaterThan(0);
  expect(await read({ id, after: 'nonsense' }, ids.at(-1))).not.toContain('BAD_USER_INPUT');
  expect(await read({ id, after: 'nonsense' })).toContain('BAD_USER_INPUT');
});

test('one person watching ends nobody: a run that is cancelled by one is seen CANCELED by the other', async () => {
  const id = await startRun(20);
  const watching = all(
    overWebSocket({ stack, document: RunStatusChanges, variables: { id }, as: 'Ben' }).events,
  );
  const canceled = await stack.ask(CancelRun, { id });
  expect(canceled.errors).toEqual([]);
  expect((await watching).at(-1)?.runStatus.status).toBe('CANCELED');
});

test('the outsider is refused a stream, by both transports', async () => {
  const id = await startRun(1);
  for (const over of [overWebSocket, overSse]) {
    const { events } = over({ stack, document: RunStatusChanges, variables: { id }, as: 'Olaf' });
    const answer = await events.next().catch((error: unknown) => ({ value: { errors: [error].flat() } }));
    expect(JSON.stringify(answer)).toContain('FORBIDDEN');
  }
});

/** A bare socket, to see the frames. */
async function openSocket(token: string) {
  const socket = new WebSocket(stack.wsUrl, 'graphql-transport-ws');
  const frames: Record<string, unknown>[] = [];
  const closed = new Promise<[number, string]>((resolve) => {
    socket.on('close', (code, reason) => resolve([code, String(reason)]));
  });
  socket.on('message', (data) => frames.push(JSON.parse(String(data)) as Record<string, unknown>));
  await new Promise((resolve) => socket.on('open', resolve));
  const send = (frame: object) => socket.send(JSON.stringify(frame));
  send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  const frame = (type: string) =>
    expect.poll(() => frames.find((one) => one.type === type), { timeout: 5000 });
  return { socket, frames, send, closed, frame };
}
const soon = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

test('a fresh token on the open socket: streams go on, the pong tells until when and never the token', async () => {
  const id = await startRun(6);
  const { entra } = stack.emulators;
  const { send, frames, frame, socket } = await openSocket(entra.issueUserToken('Ada', { exp: soon(120) }));
  await frame('connection_ack').toBeTruthy();
  send({ id: '1', type: 'subscribe', payload: { query: RunStatusChanges.toString(), variables: { id } } });
  await frame('next').toBeTruthy();
  const fresh = entra.issueUserToken('Ada', { exp: soon(7200) });
  send({ type: 'ping', payload: { authorization: `Bearer ${fresh}` } });
  await frame('pong').toMatchObject({ payload: { expiresAt: expect.stringMatching(/^20\d\d-/) } });
  expect(JSON.stringify(frames)).not.toContain(fresh);
  await expect.poll(() => frames.some((one) => one.type === 'complete'), { timeout: 20_000 }).toBe(true);
  socket.close();
});

test.each([
  ['a token of another person', () => stack.tokens.Ben ?? ''],
  ['a bad token', () => 'nonsense'],
])('%s on the open socket closes it with 4403', async (_, token) => {
  const { send, frame, closed } = await openSocket(stack.tokens.Ada ?? '');
  await frame('connection_ack').toBeTruthy();
  send({ type: 'ping', payload: { authorization: `Bearer ${token()}` } });
  expect((await closed)[0]).toBe(4403);
});

test('a bad token at the start closes with 4403 and a reason; none is let in as nobody', async () => {
  const { closed } = await openSocket('nonsense');
  const [code, reason] = await closed;
  expect(code).toBe(4403);
  expect(reason.length).toBeGreaterThan(5);
});

test('a draining gateway ends streams so that stock clients come back', async () => {
  const own = await startStack();
  const { data } = await own.upload(UploadDataset, { name: 'drain' }, new File(['a,b\n1,2\n'], 'd.csv'));
  expect(data).toBeTruthy();
  const socket = new WebSocket(own.wsUrl, 'graphql-transport-ws');
  const code = new Promise((resolve) => socket.on('close', resolve));
  await new Promise((resolve) => socket.on('open', resolve));
  socket.send(
    JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${own.tokens.Ada}` } }),
  );
  await new Promise((resolve) => socket.once('message', resolve));
  await own[Symbol.asyncDispose]();
  expect([1001, 1012]).toContain(await code);
  const sse = createSseClient({ url: own.url, retryAttempts: 0 });
  await expect(sse.iterate({ query: '{ __typename }' }).next()).rejects.toBeTruthy();
});
