import type { Dispatcher } from 'undici';
import type { ZodType } from 'zod';
import type { CallContext } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import type { ErrorCode } from '../../domain/errors.ts';

export type UpstreamSettings = {
  /** As `health` and error extensions name it. */
  name: string;
  /** Origin and, where there is one, the path prefix; every call stays below it. */
  baseUrl: string;
  /** Calls on the wire at once; 64 unless told. As many times 32 may wait, within their deadline. */
  maxInFlight?: number;
  /** Streams open at once, besides those calls; 1,024 unless told. One more is refused. */
  maxStreams?: number;
  /** Milliseconds for a whole call, with its waiting and retries; 15,000 unless told. */
  deadlineMs?: number;
  /** Further attempts of an idempotent call; 2 unless told. */
  retries?: number;
  /** Opens after so many failures on end (5), lets one call try again after so long (5,000 ms). */
  breaker?: { failures?: number; recoverAfterMs?: number };
};

export type UpstreamOptions = {
  /** Left open by `close`; without it the upstream has a pool of its own. */
  dispatcher?: Dispatcher;
  clock?: Clock;
  /** From 0 up to 1, for the jitter of retries. */
  random?: () => number;
};

export type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'HEAD';

/**
 * What an upstream's own knowledge may say about its error, instead of the general rule; the wait only where no
 * header names one.
 */
export type ErrorReading = (
  status: number,
  body: unknown,
) => { message?: string; code?: ErrorCode; retryAfterSeconds?: number } | undefined;

export type BytesCall = {
  method: Method;
  /** Below the base URL, already encoded; may hold a query (a SAS), which is never shown to anybody. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  headers?: Record<string, string>;
  json?: unknown;
  body?: Uint8Array | string;
  /** Asked at the moment of the call, and once more with the claims of a challenge. Absent for SAS URLs. */
  token?: (claims?: string) => Promise<string>;
  /** Whether it may be sent again after a failure; GET, HEAD, PUT and DELETE are unless told. */
  idempotent?: boolean;
  deadlineMs?: number;
  /** Further statuses to hand back instead of throwing. */
  accept?: readonly number[];
  error?: ErrorReading;
  /** A longer answer is refused; 16 MiB unless told. */
  maxBytes?: number;
};

export type UpstreamCall<T> = BytesCall & { schema: ZodType<T> };

/** All in milliseconds; a `deadlineMs` is that of the first byte of the body, 60,000 unless told. */
export type StreamCall = Omit<BytesCall, 'accept' | 'maxBytes'> & {
  /** The longest wait for a further byte; 120,000 unless told. A reader's own slowness does not count. */
  idleMs?: number;
  /** The longest life of the whole stream; 600,000 unless told. */
  totalMs?: number;
};

/** Header names are in lower case; repeated headers are joined by a comma. */
export type Answer<Body> = { status: number; headers: Record<string, string>; body: Body };

/** One upstream host, shared by all operations: its connections, its breaker, its cap. */
export type Upstream = {
  name: string;
  /**
   * One call whose answer is JSON of the given schema; an empty answer is given to the schema as undefined.
   * `body` is null for a status that only `accept` lets through.
   * @throws MlgraphError by the status table of the Azure contract ("Errors"); the operation's own abort reason.
   */
  call<T>(
    context: CallContext,
    call: UpstreamCall<T> & { accept: readonly number[] },
  ): Promise<Answer<T | null>>;
  call<T>(context: CallContext, call: UpstreamCall<T>): Promise<Answer<T>>;
  /** The same without a reading of the body. */
  bytes(context: CallContext, call: BytesCall): Promise<Answer<Buffer>>;
  /**
   * An answer that is read as it comes, each chunk handed on at once. It resolves with status and headers; only that
   * opening is retried, if it is idempotent, and met by the breaker. The connection is dropped as soon as the reader
   * stops or the context's signal aborts, which makes a waiting `next()` reject with its reason. What came before a
   * failure is read before it. One read at a time.
   * @throws As `call`, from the reading too: UPSTREAM_ERROR where the body breaks off, UPSTREAM_TIMEOUT where it stalls.
   */
  open(context: CallContext, call: StreamCall): Promise<Answer<AsyncIterableIterator<Uint8Array>>>;
  /** Resolves on any answer below 500, within 5 s; asks past breaker and cap, with no token. */
  probe(signal: AbortSignal): Promise<void>;
  /** Waits for the calls on the wire; ends the streams. */
  close(): Promise<void>;
};
