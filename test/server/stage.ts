import { createHash } from 'node:crypto';
import { createSchema } from 'graphql-yoga';
import type { CallContext, Identity } from '../../src/domain/callers.ts';
import type { FileUpload } from '../../src/domain/datasets.ts';
import { forbidden, MlgraphError, notFound } from '../../src/domain/errors.ts';
import { DateTimeScalar, FileScalar, JSONScalar, SafeIntScalar } from '../../src/schema/scalars.ts';

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

/** The schema, acting on the stage. */
export const stageSchema = (stage: Stage) =>
  createSchema<TestContext>({ typeDefs, resolvers: resolversFor(stage) });
