import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import type { TypedDocumentString } from '../graphql/graphql.ts';
import type { World } from '../world.ts';
import { type Api, jsonBody, nameOf } from './client.ts';
import { isConnectionError, unreachable } from './connection.ts';
import { readEvents } from './event-stream.ts';
import { type Answer, readAnswer } from './wire.ts';

export type FollowOptions = {
  world: Pick<World, 'sleep'>;
  signal?: AbortSignal;
  /** Told when the stream was cut and is taken up again. */
  onGap?(reason: string): void;
};

/** The server sends a sign of life every 12 seconds. */
const silenceMs = 45_000;
const connectMs = 30_000;
/** In a row, with nothing coming in between: about a minute. */
const maxTries = 10;

class Cut extends Error {}

/**
 * The events of a subscription, each once, until the server says that there are no more. A connection that is lost,
 * a server that restarts and a token that runs out are bridged by the last event's cursor.
 * @throws Failure for what the server refused, and when it stays away.
 */
export async function* follow<Data, Variables extends { after?: string | null | undefined }>(
  api: Api,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  cursorOf: (data: Data) => string,
  options: FollowOptions,
): AsyncGenerator<Data, void, void> {
  let { after } = variables;
  for (let tries = 0; ; tries++) {
    try {
      for await (const data of connection(api, document, { ...variables, after }, options.signal)) {
        tries = 0;
        after = cursorOf(data);
        yield data;
      }
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      after = await afterFailure(error, after, tries, api);
      options.onGap?.(error instanceof Error ? error.message : 'The connection was lost.');
      await options.world.sleep(Math.min(10_000, 250 * 2 ** tries), options.signal);
    }
  }
}

/** Where to go on after a failure. @throws it where there is no going on. */
async function afterFailure(
  error: unknown,
  after: string | null | undefined,
  tries: number,
  api: Api,
): Promise<string | null | undefined> {
  const code = error instanceof Failure ? error.details.code : undefined;
  // What it named is no longer kept: the state as it is now comes instead.
  if (code === 'CURSOR_EXPIRED' && after != null) return null;
  if (tries >= maxTries) throw error instanceof Failure ? error : unreachable('the server', api.url, error);
  if (code === 'UNAUTHENTICATED' && tries === 0 && (await renewed(api))) return after;
  const away =
    error instanceof Cut ||
    isConnectionError(error) ||
    (error instanceof Failure && error.exitCode === exitCodes.unreachable);
  if (!away) throw error;
  return after;
}

const renewed = async (api: Api) => api.credentials.renew(await api.credentials.headers());

/** One connection: ends when the server said `complete`. @throws Cut when it ended without. */
async function* connection<Data, Variables>(
  api: Api,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): AsyncGenerator<Data, void, void> {
  const closing = new AbortController();
  const response = await api.send(nameOf(document), () => jsonBody(document, variables), {
    accept: 'text/event-stream',
    deadlineMs: connectMs,
    signal: AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]),
  });
  if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
    api.dataOf(await readAnswer(response, api.url));
    return;
  }
  try {
    for await (const { event, data } of readEvents(response.body, silenceMs)) {
      if (event === 'complete') return;
      if (event === 'next') yield api.dataOf(JSON.parse(data) as Answer<Data>);
    }
  } finally {
    closing.abort();
  }
  throw new Cut('The connection was cut.');
}
