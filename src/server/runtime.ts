import type { GraphQLSchema } from 'graphql';
import type { CallContext, Caller, Identity } from '../domain/callers.ts';
import { type Clock, systemClock } from '../domain/clock.ts';
import type { ErrorLog } from '../schema/errors.ts';
import type { Account } from './account.ts';
import type { Quotas } from './admit.ts';
import type { Recheck } from './recheck.ts';
import type { ProtectedResource } from './resource-metadata.ts';

/** A pino logger is one. */
export type Log = ErrorLog & {
  info(fields: object, message: string): void;
  debug(fields: object, message: string): void;
};

/** What a client presents: `Bearer …`, or a key to this API. */
export type Credentials = { authorization?: string | null; apiKey?: string | null };
export type Authenticated = {
  caller: Caller;
  token: string;
  /** There for a credential that can be revoked: what is open ends when it is. */
  recheck?: Recheck;
};

/** What the server serves; it knows nothing of what the schema is about. */
export type ServerRuntime = {
  schema: GraphQLSchema;
  /** Null: no credential. @throws MlgraphError UNAUTHENTICATED or FORBIDDEN; BAD_USER_INPUT for two at once. */
  authenticate(credentials: Credentials): Promise<Authenticated | null>;
  /**
   * The resolvers' context: one for each operation, and a fresh one for each event of a subscription.
   * `lastEventId` is the header of an SSE client that reconnects; it wins over the field's `after`.
   */
  createContext(o: { identity: Identity | null; call: CallContext; lastEventId: string | null }): object;
  /** Without them every operation costs nothing. */
  quotas?: Quotas;
  /** Told of each operation of a caller, once. */
  account?(operation: Account): void;
  /** Whether `/ready` may answer 200. A server that drains answers 503 whatever this says. */
  ready(): boolean;
  log: Log;
};

export type ServerSettings = {
  /** Origins of browser pages that may call, beside the server's own; `loopback`: any of this machine. */
  corsOrigins: readonly string[] | 'loopback';
  /** What clients without a credential are told. Null, the default: nothing. */
  protectedResource?: ProtectedResource | null;
  /** JSON `{ headers, tabs }` read at each load of the GraphiQL page, for loopback hosts only. */
  graphiqlFile: string | null;
  /** Of a JSON body, and of each field beside a file. Default 1 MiB. */
  maxBodyBytes?: number;
  /** Of a file. Null, the default: no bound. */
  uploadMaxBytes?: number | null;
  /** A JSON body must be there after this, and an upload may not fall silent for longer. Default 30 s. */
  bodyDeadlineMs?: number;
  /** Between two signs of life on an open stream or socket. Default 12 s. */
  keepAliveMs?: number;
  /** How long a socket may stay open without `connection_init`. Default 3 s. */
  initTimeoutMs?: number;
  /** Operations at once on one WebSocket. Default 100. */
  maxSocketOperations?: number;
  /** Between two looks whether a credential that can be revoked still holds. Default 1 s. */
  recheckMs?: number;
  clock?: Clock;
};

/** What every part of the server is given. */
export type Service = {
  runtime: ServerRuntime;
  settings: Required<ServerSettings>;
  /** Aborts when the server begins to drain. */
  draining: AbortSignal;
};

const defaults = {
  maxBodyBytes: 2 ** 20,
  uploadMaxBytes: null,
  bodyDeadlineMs: 30_000,
  keepAliveMs: 12_000,
  initTimeoutMs: 3_000,
  maxSocketOperations: 100,
  protectedResource: null,
  recheckMs: 1_000,
  clock: systemClock,
} satisfies Partial<ServerSettings>;

/** The settings with the defaults for what is not given. */
export function withDefaults(settings: ServerSettings): Required<ServerSettings> {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(given) as ServerSettings) };
}

/** After this many signs of life in a row that found a socket still full, its reader counts as gone. */
export const maxStalls = 5;
