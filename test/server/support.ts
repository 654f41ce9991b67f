import { createHash } from 'node:crypto';
import { createSchema } from 'graphql-yoga';
import type { CallContext, Caller, Identity } from '../../src/domain/callers.ts';
import type { Clock } from '../../src/domain/clock.ts';
import type { FileUpload } from '../../src/domain/datasets.ts';
import { forbidden, MlgraphError, notFound, unauthenticated } from '../../src/domain/errors.ts';
import { DateTimeScalar, FileScalar, JSONScalar, SafeIntScalar } from '../../src/schema/scalars.ts';
import { createServer, type ServerRuntime, type ServerSettings } from '../../src/server/index.ts';

export type TestContext = {
  identity: Identity | null;
  call: CallContext;
  lastEventId: string | null;
  /** Counts contexts: of two operations or events it is never the same. */
  number: number;
};

/** Events that a test sends by hand, and what became of the subscription. */
export class Feed {
  started = 0;
  ended = 0;
  pulled = 0;
  after: string | null = null;
  private queue: unknown[] = [];
  private wake = () => {};

  push(...events: unknown[]) {
    this.queue.push(...events);
    this.wake();
  }

  async *subscribe(after: string | null, signal: AbortSignal) {
    this.started++;
    this.after = after;
    signal.addEventListener('abort', () => this.wake());
    try {
      for (;;) {
        while (this.queue.length > 0) {
          const event = this.queue.shift();
          if (event instanceof Error) throw event;
          if (event === 'end') return;
          this.pulled++;
          yield event;
        }
        if (signal.aborted) return;
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    } finally {
      this.ended++;
    }
  }
}

const typeDefs = /* GraphQL */ `
  scalar DateTime
  scalar JSON
  scalar SafeInt
  scalar File
  type Query {
    health: String!
    me: String
    number: Int
    boom: String
    refused(code: String!): String
    badScalar: Int
    bigint: JSON
    echo(at: DateTime, count: SafeInt, any: JSON, limit: Int! = 1): JSON
    wait: String
    upstream: String
  }
  type Upload { name: String! type: String! bytes: SafeInt! sha256: String! note: String }
  input UploadInput { file: File! note: String }
  type Mutation {
    upload(file: File!, note: String): Upload
    uploadInput(input: UploadInput!): Upload
    ignore(file: File!): String
    firstBytes(file: File!): String
    finish: String
  }
  type Tick { cursor: String number: Int context: Int person: String token: String text: String boom: String }
  type Subscription {
    ticks(after: String): Tick!
    denied: Tick!
    stuck: Tick!
    flood: Tick!
    broken: Tick
  }
`;

/** What a test may hold back and let go, and what the resolvers saw. */
export type Stage = {
  feed: Feed;
  /** `wait` and `finish` answer when it resolves. */
  gate: PromiseWithResolvers<string>;
  waiting: number;
  aborted: number;
  flooded: number;
  uploads: { bytes: number; error: unknown }[];
  logs: { level: string; fields: Record<string, unknown>; message: string }[];
  contexts: TestContext[];
};

async function digest(file: FileUpload, stage: Stage, note: string | null = null) {
  const record = { bytes: 0, error: undefined as unknown };
  stage.uploads.push(record);
  const hash = createHash('sha256');
  try {
    for await (const chunk of file.stream) {
      record.bytes += chunk.length;
      hash.update(chunk);
    }
  } catch (error) {
    record.error = error;
    throw error;
  }
  return { name: file.filename, type: file.mimeType, bytes: record.bytes, sha256: hash.digest('hex'), note };
}

async function held(stage: Stage, signal: AbortSignal) {
  stage.waiting++;
  signal.addEventListener('abort', () => stage.aborted++);
  return await stage.gate.promise;
}

const resolversFor = (stage: Stage) => ({
  DateTime: DateTimeScalar,
  JSON: JSONScalar,
  SafeInt: SafeIntScalar,
  File: FileScalar,
  Query: {
    health: () => 'fine',
    me: (_: unknown, __: unknown, context: TestContext) => context.identity?.caller.name ?? 'nobody',
    number: (_: unknown, __: unknown, context: TestContext) => context.number,
    boom: () => {
      throw new Error('the password is 1234');
    },
    refused: (_: unknown, { code }: { code: 'NOT_FOUND' }) => {
      throw new MlgraphError(
        code,
        'As asked.',
        { upstream: 'arm', retryAfterSeconds: 7 },
        new Error('inner'),
      );
    },
    badScalar: () => 'not a number',
    bigint: () => ({ value: 1n }),
    echo: (_: unknown, args: Record<string, unknown>) => args,
    wait: (_: unknown, __: unknown, context: TestContext) => held(stage, context.call.signal),
    upstream: (_: unknown, __: unknown, { call }: TestContext) => {
      call.onUpstreamTime?.('azure ml', 12.34);
      call.onUpstreamTime?.('arm', 1);
      return 'called';
    },
  },
  Mutation: {
    upload: (_: unknown, { file, note }: { file: FileUpload; note?: string }) => digest(file, stage, note),
    uploadInput: (_: unknown, { input }: { input: { file: FileUpload; note?: string } }) =>
      digest(input.file, stage, input.note),
    ignore: () => {
      throw notFound('There is no such thing.');
    },
    firstBytes: async (_: unknown, { file }: { file: FileUpload }) => {
      for await (const chunk of file.stream) return String(chunk.length > 0);
    },
    finish: (_: unknown, __: unknown, context: TestContext) => held(stage, context.call.signal),
  },
  Tick: {
    context: (_: unknown, __: unknown, context: TestContext) => context.number,
    person: (_: unknown, __: unknown, context: TestContext) => context.identity?.caller.name,
    token: (_: unknown, __: unknown, context: TestContext) => context.identity?.assertion(),
    boom: () => {
      throw new Error('a field of an event failed');
    },
  },
  Subscription: {
    ticks: {
      subscribe: (_: unknown, args: { after?: string }, context: TestContext) =>
        stage.feed.subscribe(context.lastEventId ?? args.after ?? null, context.call.signal),
      resolve: (event: unknown) => event,
    },
    denied: {
      subscribe: () => {
        throw forbidden('Not for you.');
      },
    },
    stuck: {
      // Waits in a way that no signal reaches.
      async *subscribe() {
        stage.waiting++;
        await new Promise(() => {});
        yield {};
      },
    },
    flood: {
      async *subscribe() {
        for (;;) yield { cursor: String(++stage.flooded), text: 'x'.repeat(2 ** 18) };
      },
      resolve: (event: unknown) => event,
    },
    broken: { subscribe: () => 'not a stream' },
  },
});

/** `Bearer name` or `Bearer name@milliseconds`, when it runs out. */
export async function authenticate(authorization: string | null | undefined) {
  if (!authorization) return null;
  const token = /^Bearer (\S+)$/.exec(authorization)?.[1];
  if (!token || token === 'bad') throw unauthenticated('The token does not verify.');
  if (token === 'app') throw forbidden('The token has no scp.');
  if (token === 'offline') throw new MlgraphError('UPSTREAM_UNAVAILABLE', 'No keys.');
  const [name = '', expiry = '4102444800000'] = token.split('@');
  return { caller: callerNamed(name, Number(expiry)), token };
}

const callerNamed = (name: string, expiresAt: number): Caller => ({
  kind: 'USER',
  key: `test:${name}`,
  tenantId: 'test',
  subject: name,
  issuer: 'test',
  name,
  email: null,
  roles: [],
  role: 'MEMBER',
  scopes: [],
  expiresAt: new Date(expiresAt),
});

/** A server of a small schema on a free port. */
export async function startServer(settings: Partial<ServerSettings> = {}) {
  const stage: Stage = {
    feed: new Feed(),
    gate: Promise.withResolvers<string>(),
    waiting: 0,
    aborted: 0,
    flooded: 0,
    uploads: [],
    logs: [],
    contexts: [],
  };
  const readiness = { ready: true };
  const log = (level: string) => (fields: object, message: string) =>
    stage.logs.push({ level, fields: fields as Record<string, unknown>, message });
  const runtime: ServerRuntime = {
    schema: createSchema<TestContext>({ typeDefs, resolvers: resolversFor(stage) }),
    authenticate,
    createContext: (o) => {
      const context = { ...o, number: stage.contexts.length };
      stage.contexts.push(context);
      return context;
    },
    ready: () => readiness.ready,
    log: { error: log('error'), warn: log('warn'), info: log('info'), debug: log('debug') },
  };
  const server = createServer(runtime, { corsOrigins: [], graphiqlFile: null, ...settings });
  const { port } = await server.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  return {
    ...stage,
    stage,
    readiness,
    server,
    port,
    url,
    graphql: `${url}/graphql`,
    socket: `ws://127.0.0.1:${port}/graphql`,
    [Symbol.asyncDispose]: () => server.drain(0),
  };
}

export type Answer = {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: string[]; extensions: { code: string } & Record<string, unknown> }[];
};

/** Posts an operation and reads the answer. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { response, status: response.status, answer: (await response.json()) as Answer };
}

export const ada = { authorization: 'Bearer ada' };

/** A clock that stands until it is told that time passes. */
export function handClock(): Clock & { pass(ms: number): void; readonly sleeping: number } {
  let now = 0;
  let sleeps: { until: number; resolve: () => void }[] = [];
  const wake = () => {
    const due = sleeps.filter(({ until }) => until <= now);
    sleeps = sleeps.filter(({ until }) => until > now);
    for (const { resolve } of due) resolve();
  };
  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((resolve) => {
        sleeps.push({ until: now + ms, resolve });
        wake();
      }),
    pass: (ms) => {
      now += ms;
      wake();
    },
    get sleeping() {
      return Math.max(...sleeps.map(({ until }) => until - now));
    },
  };
}
