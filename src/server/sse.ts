import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { endOf } from '../domain/callers.ts';
import { at, type Operation, restart, tokenExpired } from './operation.ts';
import { keepChecking } from './recheck.ts';
import { maxStalls, type Service } from './runtime.ts';
import { cursorOf } from './subscribe.ts';

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // Told to proxies of the nginx family, which otherwise hold events back.
  'x-accel-buffering': 'no',
};

/**
 * Streams a subscription until it ends, the client leaves, or the caller's credential runs out or is revoked: that is
 * an UNAUTHENTICATED event and the end. When the server restarts, the stream is cut without `complete`, by which
 * clients know to come back.
 */
export async function streamSubscription(
  response: ServerResponse,
  results: AsyncIterable<ExecutionResult>,
  operation: Operation,
  { settings, draining }: Service,
): Promise<void> {
  const stop = () => operation.end(restart);
  const caller = operation.identity?.caller;
  const expiry = caller ? endOf(caller) : Number.POSITIVE_INFINITY;
  const cancel = at(settings.clock, expiry, () => operation.end(tokenExpired()));
  const { recheck } = operation;
  const cancelChecks = recheck ? keepChecking(recheck, settings, { refused: operation.end }) : () => {};
  if (draining.aborted) stop();
  draining.addEventListener('abort', stop);
  try {
    await writeEvents(response, results, settings.keepAliveMs);
    if (operation.call.signal.reason !== restart) writeComplete(response);
  } finally {
    cancel();
    cancelChecks();
    draining.removeEventListener('abort', stop);
    response.end();
  }
}

/** A result that is not a subscription's, for a client that takes nothing but an event stream. */
export function sendAsStream(response: ServerResponse, result: ExecutionResult, status: number): void {
  response.writeHead(status, headers);
  response.write(eventOf(result));
  writeComplete(response);
  response.end();
}

/**
 * `next` for each result, as graphql-sse's distinct connections mode has it, with the event's cursor as its `id`.
 * The next result is asked for only when the socket has taken the last one.
 */
async function writeEvents(
  response: ServerResponse,
  results: AsyncIterable<ExecutionResult>,
  keepAliveMs: number,
): Promise<void> {
  response.writeHead(200, headers);
  // Some browsers report the stream open only with its first bytes.
  response.write(':\n\n');
  const stop = keepAlive(response, keepAliveMs);
  try {
    for await (const result of results) await writeWhenDrained(response, eventOf(result));
  } finally {
    stop();
  }
}

/** Writes a sign of life, or, when the reader has taken nothing for a while, counts it as gone. Returns how to stop. */
function keepAlive(response: ServerResponse, intervalMs: number): () => void {
  let stalls = 0;
  const timer = setInterval(() => {
    stalls = response.writableNeedDrain ? stalls + 1 : 0;
    if (stalls > maxStalls) response.destroy();
    else if (stalls === 0) response.write(':\n\n');
  }, intervalMs);
  return () => clearInterval(timer);
}

const writeComplete = (response: ServerResponse) =>
  response.destroyed || response.write('event: complete\ndata:\n\n');

function eventOf(result: ExecutionResult): string {
  const cursor = cursorOf(result);
  const id = cursor !== null && !/[\0\r\n]/.test(cursor) ? `id: ${cursor}\n` : '';
  return `${id}event: next\ndata: ${JSON.stringify(result)}\n\n`;
}

/**
 * Resolves once the socket has room again, or has closed. It must not resolve before: a source that never waits would
 * be read without end, and the loop would not let the close happen.
 */
async function writeWhenDrained(response: ServerResponse, text: string): Promise<void> {
  if (response.closed || (!response.destroyed && response.write(text))) return;
  const settled = new AbortController();
  const { signal } = settled;
  try {
    await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  } finally {
    settled.abort();
  }
}
