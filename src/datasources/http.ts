import { Agent } from 'undici';
import type { CallContext } from '../domain/callers.ts';
import { systemClock } from '../domain/clock.ts';
import { unlessAborted } from '../domain/deadline.ts';
import { createAdmission } from './http/admission.ts';
import { withToken } from './http/authorize.ts';
import { withinDeadline } from './http/deadline.ts';
import { exchange } from './http/exchange.ts';
import { failureError } from './http/failure-errors.ts';
import { createOpener } from './http/open.ts';
import { headersOf, isIdempotent, urlOf } from './http/request-target.ts';
import { withRetries } from './http/retry.ts';
import { jsonOf, statusError, unreadableError } from './http/status-errors.ts';
import type {
  Answer,
  BytesCall,
  StreamCall,
  Upstream,
  UpstreamCall,
  UpstreamOptions,
  UpstreamSettings,
} from './http/types.ts';

export type { Answer, BytesCall, StreamCall, Upstream, UpstreamCall, UpstreamOptions, UpstreamSettings };

const longestAnswer = 16 * 1024 * 1024;
const probeDeadlineMs = 5_000;
const isGood = (status: number) => status >= 200 && status < 300;

/** HTTP/1.1 only: one connection per call in flight keeps the cap, and a cut, to one call. */
const createAgent = (connections: number) =>
  new Agent({ connections, allowH2: false, keepAliveTimeout: 30_000, connect: { timeout: probeDeadlineMs } });

/**
 * One upstream host, for all operations. Around the bare exchange stand, from the outside in: deadline and the
 * operation's abort, token (asked again after a 401), retries, breaker, cap on calls in flight.
 */
export function createUpstream(settings: UpstreamSettings, options: UpstreamOptions = {}): Upstream {
  const { name, baseUrl, maxInFlight = 64, deadlineMs = 15_000, retries = 2, breaker = {} } = settings;
  const { clock = systemClock, random = Math.random } = options;
  const dispatcher = options.dispatcher ?? createAgent(maxInFlight);
  const { failures = 5, recoverAfterMs = 5_000 } = breaker;
  const admit = createAdmission({ maxInFlight, failures, recoverAfterMs });
  const streams = createOpener(settings, {
    admit: admit.streams,
    dispatcher: options.dispatcher ?? createAgent(settings.maxStreams ?? 1_024),
    clock,
    random,
  });

  /** An answer of whatever status, or what the call failed of. */
  async function send(context: CallContext, call: BytesCall): Promise<Answer<Buffer>> {
    const url = urlOf(baseUrl, call);
    const headers = headersOf(context, call);
    const body = call.json === undefined ? call.body : JSON.stringify(call.json);
    const base = { url, method: call.method, body, maxBytes: call.maxBytes ?? longestAnswer };
    const limit = call.deadlineMs ?? deadlineMs;
    const patience = { deadlineAt: clock.now() + limit, retries: isIdempotent(call) ? retries : 0 };
    return withinDeadline(context.signal, limit, (signal) => {
      const { token } = call;
      const askToken = token && ((claims?: string) => unlessAborted(token(claims), signal));
      return withToken(askToken, (authorization) => {
        const request = { ...base, headers: { ...headers, ...authorization } };
        const attempt = () => admit.calls(() => exchange(dispatcher, request, signal), signal);
        return withRetries(attempt, { ...patience, clock, random, signal });
      });
    });
  }

  async function bytes(context: CallContext, call: BytesCall): Promise<Answer<Buffer>> {
    const startedAt = performance.now();
    try {
      const answer = await send(context, call);
      if (isGood(answer.status) || call.accept?.includes(answer.status)) return answer;
      throw statusError(name, answer, clock.now(), call.error);
    } catch (failure) {
      throw failureError(name, failure);
    } finally {
      context.onUpstreamTime?.(name, performance.now() - startedAt);
    }
  }

  async function call<T>(context: CallContext, request: UpstreamCall<T>): Promise<Answer<T | null>> {
    const answer = await bytes(context, request);
    if (!isGood(answer.status)) return { ...answer, body: null };
    const value = jsonOf(answer.body);
    if (value === undefined && answer.body.length > 0) {
      throw unreadableError(name, answer, `${answer.body.length} bytes that are not JSON`);
    }
    const read = request.schema.safeParse(value);
    if (read.success) return { ...answer, body: read.data };
    const faults = read.error.issues.map(({ path, code }) => `${path.join('.')} ${code}`);
    throw unreadableError(name, answer, `not of the expected shape: ${faults.slice(0, 5).join(', ')}`);
  }

  async function probe(signal: AbortSignal): Promise<void> {
    const request = { url: new URL(baseUrl), method: 'GET' as const, headers: {}, maxBytes: longestAnswer };
    try {
      const answer = await withinDeadline(signal, probeDeadlineMs, (either) =>
        exchange(dispatcher, request, either),
      );
      if (answer.status >= 500) throw statusError(name, answer, clock.now(), undefined);
    } catch (failure) {
      throw failureError(name, failure);
    }
  }

  const close = async () => {
    await streams.close(options.dispatcher === undefined);
    if (!options.dispatcher) await dispatcher.close();
  };

  return { name, call: call as Upstream['call'], bytes, open: streams.open, probe, close };
}
