import { createHash } from 'node:crypto';
import type { ReplyUpdate } from '../../src/datasources/supabase/store.ts';
import type { AuditNote } from '../../src/domain/audit.ts';
import type { Identity } from '../../src/domain/callers.ts';
import {
  type ChatEvent,
  isOpen,
  type Message,
  type Session,
  type UpstreamReplyEvent,
} from '../../src/domain/chat.ts';
import { MlgraphError, notFound } from '../../src/domain/errors.ts';
import { collectPage } from '../../src/domain/paging.ts';
import {
  createMemoryLog,
  createReplies,
  type ReplyFoundry,
  type ReplyStore,
} from '../../src/resolvers/chat/index.ts';
import type { MemoryLogBounds } from '../../src/resolvers/chat/memory-log.ts';
import { Bell } from '../../src/resolvers/watch/bell.ts';
import { FakeClock, FakePerson } from './watch-support.ts';

export type Ended = Extract<UpstreamReplyEvent, { kind: 'ended' }>;
type Ask = Parameters<ReplyFoundry['respond']>[0];

export const ended = (status: Ended['status'], text: string, more: Partial<Ended> = {}): Ended => ({
  kind: 'ended',
  status,
  text,
  citations: [],
  usage: { inputTokens: 10, outputTokens: text.length, totalTokens: 10 + text.length },
  error: null,
  ...more,
});

export const failure = (code: MlgraphError['code'], retryAfterSeconds: number | null = null) => ({
  code,
  message: `it is ${code}`,
  retryAfterSeconds,
});

/** One response upstream: it is written by the test, keeps its events, and goes on whoever reads. */
export class FakeResponse {
  readonly id: string;
  readonly ask: Ask;
  readonly events: UpstreamReplyEvent[] = [];
  /** Thrown at the open streams of this response; the response itself goes on. */
  #failing: unknown = null;
  #broken = 0;
  readonly #bell = new Bell();
  readers = 0;

  constructor(id: string, ask: Ask) {
    this.id = id;
    this.ask = ask;
  }

  get text(): string {
    return this.events.map((event) => (event.kind === 'delta' ? event.text : '')).join('');
  }

  get end(): Ended | null {
    return this.events.find((event) => event.kind === 'ended') ?? null;
  }

  created(): this {
    return this.#push({ kind: 'created', responseId: this.id });
  }

  delta(...texts: string[]): this {
    for (const text of texts) this.#push({ kind: 'delta', text, sequence: this.events.length });
    return this;
  }

  approval(id: string): this {
    return this.#push({
      kind: 'approval',
      approval: { id, toolName: 'get_balance', serverLabel: 'payroll', arguments: '{}' },
    });
  }

  consent(id: string): this {
    const consent = { id, serverLabel: 'payroll', url: 'https://consent.example/' };
    return this.#push({ kind: 'consent', consent });
  }

  ended(status: Ended['status'] = 'COMPLETED', more: Partial<Ended> = {}): this {
    return this.#push(ended(status, this.text, more));
  }

  /** Ends the streams that are open now. */
  cut(error: unknown = new MlgraphError('UPSTREAM_ERROR', 'cut')): this {
    this.#failing = error;
    this.#broken++;
    this.#bell.ring();
    return this;
  }

  async *stream(after: number, signal: AbortSignal): AsyncGenerator<UpstreamReplyEvent, void> {
    const broken = this.#broken;
    this.readers++;
    try {
      for (let next = after + 1; ; next++) {
        while (next >= this.events.length) {
          if (this.#broken > broken) throw this.#failing;
          await this.#bell.wait(signal);
        }
        signal.throwIfAborted();
        const event = this.events[next];
        if (event) yield event;
        if (event?.kind === 'ended') return;
      }
    } finally {
      this.readers--;
    }
  }

  #push(event: UpstreamReplyEvent): this {
    this.events.push(event);
    this.#bell.ring();
    return this;
  }
}

/** The agents of everybody; it outlives the gateway. */
export class FakeFoundry {
  readonly responses: FakeResponse[] = [];
  readonly cancelled: string[] = [];
  readonly tokens: string[] = [];
  conversations = 0;
  /** What asking does: by default a response comes into being. */
  onAsk: (response: FakeResponse) => unknown = (response) => response.created();
  /** What going on and reading throw. */
  failing: unknown = null;
  isForgetful = false;

  get last(): FakeResponse {
    const last = this.responses.at(-1);
    if (!last) throw new Error('nobody asked');
    return last;
  }

  connect(identity: Identity): ReplyFoundry {
    return {
      createConversation: async () => `conv_${++this.conversations}`,
      respond: (ask) => this.#respond(identity, ask),
      resume: ({ responseId, after, signal }) => this.#resume(responseId, after, signal),
      read: async (responseId) => this.#find(responseId).end,
      cancel: async (responseId) => {
        const response = this.#find(responseId);
        this.cancelled.push(responseId);
        if (!response.end) response.ended('CANCELED');
      },
    };
  }

  async *#respond(identity: Identity, ask: Ask): AsyncGenerator<UpstreamReplyEvent, void> {
    this.tokens.push(identity.assertion());
    const response = new FakeResponse(`resp_${this.responses.length + 1}`, ask);
    this.responses.push(response);
    await this.onAsk(response);
    yield* response.stream(-1, ask.signal);
  }

  async *#resume(id: string, after: number, signal: AbortSignal): AsyncGenerator<UpstreamReplyEvent, void> {
    yield* this.#find(id).stream(after, signal);
  }

  #find(id: string): FakeResponse {
    if (this.failing) throw this.failing;
    const response = this.isForgetful ? undefined : this.responses.find((one) => one.id === id);
    if (!response) throw notFound('no such response');
    return response;
  }
}

/** What is remembered, by owner; it outlives the gateway. */
export class FakeStore {
  readonly sessions = new Map<string, Session & { owner: string }>();
  readonly messages = new Map<string, Message & { owner: string }>();
  readonly writes: { key: string; update: ReplyUpdate; at: number }[] = [];
  /** Asked before each write; what it throws the write throws. */
  onWrite: (update: ReplyUpdate) => unknown = () => undefined;
  /** Awaited before each look for a session. */
  onLookUp: () => unknown = () => undefined;
  readonly #clock: FakeClock;
  #count = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  session(owner: string): Session {
    const key = `session-${++this.#count}`;
    const at = new Date(this.#clock.now());
    const made = {
      id: key,
      key,
      title: 'a talk',
      agentName: 'storyteller',
      conversationId: `conv_of_${key}`,
    };
    const session = { ...made, createdAt: at, updatedAt: at };
    this.sessions.set(key, { ...session, owner });
    return session;
  }

  addExchange(session: Session, content: string): { message: Message; reply: Message } {
    const owner = this.sessions.get(session.key)?.owner ?? '';
    const open = [...this.messages.values()].some(
      (one) => one.sessionKey === session.key && isOpen(one.status),
    );
    if (open) throw new Error('the session has an open reply');
    const message = { ...this.#message(session, 'USER'), content, status: 'COMPLETED' as const };
    const reply = { ...this.#message(session, 'ASSISTANT'), replyTo: message.key };
    for (const one of [message, reply]) this.messages.set(one.key, { ...one, owner });
    return { message, reply };
  }

  get(key: string): Message {
    const found = this.messages.get(key);
    if (!found) throw new Error(`no message ${key}`);
    const { owner: _owner, ...message } = found;
    return message;
  }

  connect({ caller }: Identity): ReplyStore {
    const own = (key: string) => {
      const message = this.messages.get(key);
      return message?.owner === caller.key ? this.get(key) : null;
    };
    const all = () => [...this.messages.keys()].flatMap((key) => own(key) ?? []);
    const update = async (key: string, change: ReplyUpdate) => {
      await this.onWrite(change);
      const message = this.messages.get(key);
      if (!message) return false;
      this.writes.push({ key, update: change, at: this.#clock.now() });
      this.messages.set(key, { ...message, ...change });
      return true;
    };
    const ofSession = (key: string) => all().filter(({ sessionKey }) => sessionKey === key);
    return {
      getSession: async (key) => {
        await this.onLookUp();
        const session = this.sessions.get(key);
        return session?.owner === caller.key ? session : null;
      },
      updateSession: async (key, change) => {
        const session = this.sessions.get(key);
        if (session) this.sessions.set(key, { ...session, ...change });
      },
      getMessage: async (key) => own(key),
      latestReply: async (key) => ofSession(key).findLast(({ role }) => role === 'ASSISTANT') ?? null,
      openReplies: async () => all().filter(({ role, status }) => role === 'ASSISTANT' && isOpen(status)),
      updateReply: async (key, change) => {
        if (!(await update(key, change))) throw notFound('no such reply');
      },
      updateReplies: async (changes) => {
        const there = new Set<string>();
        for (const { key, change } of changes) if (await update(key, change)) there.add(key);
        return there;
      },
      decideApproval: async (key, { id, ...decision }) => {
        await this.onWrite({});
        const reply = own(key);
        if (reply?.status !== 'WAITING_FOR_APPROVAL') return null;
        const pendingApprovals = reply.pendingApprovals.map((each) =>
          each.id === id ? { decision, ...each } : each,
        );
        this.messages.set(key, { ...reply, pendingApprovals, owner: caller.key });
        return pendingApprovals;
      },
      continueReply: async ({ key, position }) => {
        const change = {
          status: 'STREAMING' as const,
          responseId: null,
          pendingApprovals: [],
          pendingConsents: [],
        };
        await this.onWrite(change);
        const reply = own(key);
        if (!reply?.status.startsWith('WAITING') || reply.position !== position) return null;
        this.messages.set(key, { ...reply, ...change, owner: caller.key });
        return this.get(key);
      },
      listMessages: (key, page) => {
        const messages = ofSession(key);
        return collectPage(page, async (token) => {
          const start = Number(token ?? 0);
          const next = start + 2 < messages.length ? `${start + 2}` : null;
          return { items: messages.slice(start, start + 2), next };
        });
      },
    };
  }

  #message({ key: sessionKey }: Session, role: Message['role']): Message {
    const key = `message-${++this.#count}`;
    return {
      id: key,
      key,
      sessionKey,
      role,
      status: 'PENDING',
      content: '',
      createdAt: new Date(this.#clock.now()),
      completedAt: null,
      citations: [],
      usage: null,
      error: null,
      pendingApprovals: [],
      pendingConsents: [],
      clientMessageId: null,
      replyTo: null,
      responseId: null,
      position: 0,
    };
  }
}

/** A gateway's replies over a store and an upstream that outlive it. */
export function stage(bounds: MemoryLogBounds = {}) {
  const clock = new FakeClock();
  const foundry = new FakeFoundry();
  const store = new FakeStore(clock);
  const audited: AuditNote[] = [];
  const open = () => {
    let isAlive = true;
    const log = createMemoryLog(bounds);
    const dead = () => new MlgraphError('UPSTREAM_UNAVAILABLE', 'this process was killed');
    const replies = createReplies({
      clock,
      connect: (identity) => {
        const kept = store.connect(identity);
        const unlessDead =
          <A extends unknown[], T>(write: (...args: A) => Promise<T>) =>
          (...args: A): Promise<T> =>
            isAlive ? write(...args) : Promise.reject(dead());
        const writing = {
          updateReply: unlessDead(kept.updateReply),
          updateReplies: unlessDead(kept.updateReplies),
          decideApproval: unlessDead(kept.decideApproval),
          continueReply: unlessDead(kept.continueReply),
        };
        return { foundry: foundry.connect(identity), store: { ...kept, ...writing } };
      },
      audit: (event) => {
        if (isAlive) audited.push(event);
      },
      log,
    });
    /** Nothing of this process reaches the store any more. */
    const kill = async () => {
      isAlive = false;
      const closed = replies.close();
      await clock.advance(10_000);
      await closed;
    };
    return { replies, log, kill };
  };
  const ada = new FakePerson(clock, 'ada');
  const first = open();
  return { clock, foundry, store, audited, ada, open, ...first };
}
export type Stage = ReturnType<typeof stage>;

/** Stores a question and begins its reply. */
export function send({ store, replies, ada }: Stage, session: Session, content = 'Tell me.', who = ada) {
  const { message, reply } = store.addExchange(session, content);
  replies.start(who, session, message, reply, 'request-1');
  return reply;
}

export const openEvents = (
  { replies, ada }: Pick<Stage, 'replies' | 'ada'>,
  sessionKey: string,
  after: string | null = null,
  signal = new AbortController().signal,
) => replies.events(sessionKey, { identity: ada, after, signal });

/** Takes that many events and leaves, or fewer at the stream's end. */
export async function take(stream: AsyncIterableIterator<ChatEvent>, count: number): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  while (events.length < count) {
    const { done, value } = await stream.next();
    if (done) break;
    events.push(value);
  }
  await stream.return?.();
  return events;
}

/** Up to and with the end of a reply. */
export async function takeReply(stream: AsyncIterableIterator<ChatEvent>): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of stream) {
    events.push(event);
    if (event.kind === 'COMPLETED' || event.kind === 'FAILED') break;
  }
  return events;
}

export const textOf = (events: readonly ChatEvent[]): string =>
  events.map((event) => (event.kind === 'DELTA' ? event.text : '')).join('');
export const kindsOf = (events: readonly ChatEvent[]): string[] => events.map(({ kind }) => kind);

/** 200 pieces, a few of them outside the basic plane, no two alike. */
export const words = Array.from({ length: 200 }, (_, index) => {
  const word = createHash('sha256')
    .update(`${index}`)
    .digest('hex')
    .slice(0, 2 + (index % 7));
  return index % 13 === 0 ? `${word} 🙂 ` : `${word} `;
});
