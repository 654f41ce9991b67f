import type { Dispatcher } from 'undici';
import type { CallContext } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import { unlessAborted } from '../../domain/deadline.ts';
import { type Admission, TooBusy } from './admission.ts';
import { withToken } from './authorize.ts';
import { type Body, begin, readWhole } from './exchange.ts';
import { failureError } from './failure-errors.ts';
import { headersOf, isIdempotent, urlOf } from './request-target.ts';
import { withRetries } from './retry.ts';
import { statusError } from './status-errors.ts';
import { beginLife, chunksOf, type Life } from './stream.ts';
import type { Answer, StreamCall, Upstream, UpstreamSettings } from './types.ts';

/** An answer that failed is read whole, for its error; one that did not is a stream. */
type Opened = Answer<Buffer> & { stream: Body | null };

const longestError = 1024 * 1024;

/** The streams of one upstream host. Their connections are their own: they are held for minutes. */
export function createOpener(
  { name, baseUrl, maxStreams = 1_024, retries = 2 }: UpstreamSettings,
  deps: { admit: Admission; dispatcher: Dispatcher; clock: Clock; random: () => number },
) {
  const { admit, dispatcher, clock, random } = deps;
  const lives = new Set<Life>();
  const errorOf = (failure: unknown) => failureError(name, failure);

  async function attempt(request: Parameters<typeof begin>[1], signal: AbortSignal): Promise<Opened> {
    const answer = await begin(dispatcher, request, signal);
    if (answer.status >= 200 && answer.status < 300) {
      return { ...answer, body: Buffer.alloc(0), stream: answer.body };
    }
    return { ...answer, body: await readWhole(answer.body, longestError, signal), stream: null };
  }

  /** An answer of whatever status. */
  function send(context: CallContext, call: StreamCall, deadlineMs: number, signal: AbortSignal) {
    const url = urlOf(baseUrl, call);
    const headers = headersOf(context, {
      ...call,
      headers: { accept: 'text/event-stream', ...call.headers },
    });
    const body = call.json === undefined ? call.body : JSON.stringify(call.json);
    const base = { url, method: call.method, body, maxBytes: longestError };
    const deadlineAt = clock.now() + deadlineMs;
    const patience = { deadlineAt, retries: isIdempotent(call) ? retries : 0, clock, random, signal };
    const { token } = call;
    const askToken = token && ((claims?: string) => unlessAborted(token(claims), signal));
    return withToken(askToken, (authorization) => {
      const request = { ...base, headers: { ...headers, ...authorization } };
      return withRetries(() => admit(() => attempt(request, signal), signal), patience);
    });
  }

  const open: Upstream['open'] = async (context, call) => {
    const { deadlineMs = 60_000, idleMs = 120_000, totalMs = 600_000 } = call;
    const startedAt = performance.now();
    context.signal.throwIfAborted();
    if (lives.size >= maxStreams) throw errorOf(new TooBusy());
    const life = beginLife(context.signal, totalMs, () => lives.delete(life));
    lives.add(life);
    life.expect(deadlineMs);
    try {
      const { status, headers, body, stream } = await send(context, call, deadlineMs, life.signal);
      if (!stream) throw statusError(name, { status, headers, body }, clock.now(), call.error);
      return { status, headers, body: chunksOf(stream, life, { idleMs, errorOf }) };
    } catch (failure) {
      life.end();
      throw errorOf(failure);
    } finally {
      context.onUpstreamTime?.(name, performance.now() - startedAt);
    }
  };

  return {
    open,
    /** Ends every stream; `own` closes its connections too. */
    async close(own: boolean): Promise<void> {
      for (const life of lives) life.end(new Error(`${name} is closed`));
      if (own) await dispatcher.close();
    },
  };
}
