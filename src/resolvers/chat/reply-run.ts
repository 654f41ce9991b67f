import type { ReplyUpdate } from '../../datasources/supabase/store.ts';
import type { Identity } from '../../domain/callers.ts';
import type { Message, ReplyEvent, Session, UpstreamReplyEvent } from '../../domain/chat.ts';
import { unlessAborted } from '../watch/waiting.ts';
import { LeftBehind, wholeAnswer } from './answer.ts';
import { canceledEnd, failedEnd, outcomeOf, sumOf } from './endings.ts';
import type { EventLog } from './event-log.ts';
import { FreshIdentity } from './fresh-identity.ts';
import { printResponsePlace } from './response-place.ts';
import { Saver } from './saver.ts';
import { askedBy, usedAgent } from './trail.ts';
import type { AgentInput, ChatDeps, Connection, Ended } from './upstream.ts';

/** Where the answer comes from: asked for now, read on (`held` characters are here), or read as a whole before. */
export type Source =
  | { kind: 'ask'; input: AgentInput }
  | { kind: 'underway'; responseId: string; begins: number }
  | { kind: 'known'; events: UpstreamReplyEvent[]; begins: number };

export type Work = {
  identity: Identity;
  session: Pick<Session, 'key' | 'agentName' | 'conversationId'>;
  /** As it stands in the store. */
  reply: Message;
  source: Source;
  /** The mutation that began it, for the trail. */
  action: string;
  requestId: string;
  /** What went before in this session here: told first, and cleared away upstream before the agent is asked. */
  previous: Previous | null;
};
/** Neither rejects. */
export type Previous = { readonly done: Promise<void>; readonly tidied: Promise<void> };
export type RunDeps = ChatDeps & { log: EventLog };

/** How long a cancelled run waits to be told which response it is to cancel upstream. */
const createdWithinMs = 60_000;
/** How long the next reply waits for what is cleared away upstream. */
const clearWithinMs = 10_000;
/** Before each look at what a stopped response used. */
const usageTriesMs = [0, 500, 2_000];

/**
 * One reply while it is being answered, from a question (or a decision, or a consent) to the end or the next wait. It
 * runs whoever listens; only `cancel`, `stop` and the upstream end it.
 */
export class ReplyRun {
  readonly identity: FreshIdentity;
  /** Resolves when all that there is to tell was stored and told. Never rejects. */
  readonly done: Promise<void>;
  /** Resolves when nothing of it is under way upstream either. Never rejects. */
  readonly tidied: Promise<void>;
  readonly #deps: RunDeps;
  readonly #work: Work;
  readonly #connection: Connection;
  readonly #saver: Saver;
  readonly #lifetime = new AbortController();
  readonly #reading = new AbortController();
  readonly #approvals = new Map<string, Message['pendingApprovals'][number]>();
  readonly #consents = new Map<string, Message['pendingConsents'][number]>();
  readonly #begins: number;
  #reply: Message;
  #responseId: string | null;
  #ending: Promise<Message> | null = null;
  #left = false;
  readonly #told = Promise.withResolvers<void>();

  constructor(deps: RunDeps, work: Work) {
    this.#deps = deps;
    this.#work = work;
    this.#reply = { ...work.reply };
    this.identity = new FreshIdentity(work.identity);
    this.#connection = deps.connect(this.identity, this.#lifetime.signal, work.requestId);
    this.#begins = work.source.kind === 'ask' ? work.reply.content.length : work.source.begins;
    this.#responseId = work.source.kind === 'underway' ? work.source.responseId : null;
    this.#saver = new Saver(
      deps.clock,
      () => this.#progress(),
      (update) => this.#connection.store.updateReply(this.key, update),
      () => this.cancel(),
    );
    this.done = this.#told.promise;
    const over = this.#run();
    this.tidied = over.then((ended) => this.#tidy(ended)).then(ignore, ignore);
    this.tidied.then(() => this.#lifetime.abort());
  }

  get key(): string {
    return this.#reply.key;
  }

  get sessionKey(): string {
    return this.#work.session.key;
  }

  /** The reply as it is known now, ahead of the store. */
  get reply(): Message {
    return this.#reply;
  }

  /** It ended here without an end in the store: to be settled at its owner's next call. */
  get isLeft(): boolean {
    return this.#left;
  }

  /** Ends it as CANCELED at once; the upstream is told afterwards. Gives the reply as it ended. */
  cancel(): Promise<Message> {
    if (!this.#ending) {
      this.#ending = this.#end(canceledEnd()).finally(this.#told.resolve);
      if (this.#responseId || this.#work.source.kind !== 'ask') this.#reading.abort();
      else this.#abortLater();
    }
    return this.#ending;
  }

  /** Leaves it as it is, its text so far stored. */
  async stop(): Promise<void> {
    if (!this.#ending) this.#left = true;
    this.#reading.abort();
    await this.done;
  }

  async #run(): Promise<Ended | null> {
    try {
      await this.#begin();
      for await (const event of this.#answer()) {
        const ended = this.#take(event);
        if (this.#ending && this.#responseId) return null;
        if (ended) return await this.#finish(ended);
      }
      return await this.#finish(failedEnd(null));
    } catch (error) {
      if (error instanceof LeftBehind) this.#left = true;
      if (this.#left) return await this.#leave();
      return this.#ending ? null : await this.#finish(failedEnd(error));
    }
  }

  async #begin(): Promise<void> {
    const { previous } = this.#work;
    if (previous) await previous.done;
    if (this.#reply.position === 0 && !this.#ending) this.#tell({ kind: 'STARTED' });
    if (previous) await this.#waitFor(previous.tidied, clearWithinMs);
  }

  async #waitFor(work: Promise<unknown>, ms: number): Promise<void> {
    const enough = new AbortController();
    const tooLong = this.#deps.clock.sleep(ms, enough.signal).catch(ignore);
    await unlessAborted(Promise.race([work, tooLong]), this.#reading.signal).finally(() => enough.abort());
  }

  async #finish(ended: Ended): Promise<Ended> {
    this.#ending ??= this.#end(ended).finally(this.#told.resolve);
    await this.#ending;
    return ended;
  }

  #answer(): AsyncIterable<UpstreamReplyEvent> {
    const { source } = this.#work;
    if (source.kind === 'known') return iterate(source.events);
    const signal = this.#reading.signal;
    const shared = { foundry: this.#connection.foundry, clock: this.#deps.clock, signal };
    if (source.kind === 'ask') {
      return wholeAnswer({ ...shared, underway: null, open: () => this.#ask(source.input) });
    }
    const { responseId } = source;
    const held = this.#reply.content.length - this.#begins;
    const open = () => this.#connection.foundry.resume({ responseId, after: 0, text: '', signal });
    return wholeAnswer({ ...shared, underway: { responseId, held }, open });
  }

  async *#ask(input: AgentInput): AsyncGenerator<UpstreamReplyEvent, void> {
    const { session, requestId } = this.#work;
    const metadata = askedBy(this.identity.caller, requestId, this.#deps.clock.now());
    const conversationId = session.conversationId ?? (await this.#converse(metadata));
    const signal = this.#reading.signal;
    yield* this.#connection.foundry.respond({
      agentName: session.agentName,
      conversationId,
      input,
      metadata,
      signal,
    });
  }

  async #converse(metadata: Record<string, string>): Promise<string> {
    const conversationId = await this.#connection.foundry.createConversation(metadata);
    await this.#connection.store.updateSession(this.sessionKey, { conversationId });
    return conversationId;
  }

  #take(event: UpstreamReplyEvent): Ended | null {
    switch (event.kind) {
      case 'created':
        this.#responseId = event.responseId;
        if (!this.#ending) this.#change({ responseId: this.#place(event.responseId), status: 'STREAMING' });
        this.#saver.now();
        return null;
      case 'delta':
        if (!this.#ending) this.#grow(event.text);
        return null;
      case 'approval':
        this.#approvals.set(event.approval.id, event.approval);
        return null;
      case 'consent':
        this.#consents.set(event.consent.id, event.consent);
        return null;
      case 'ended':
        return event;
    }
  }

  #grow(text: string): void {
    if (text === '') return;
    this.#change({ content: this.#reply.content + text });
    this.#tell({ kind: 'DELTA', text });
    this.#saver.soon();
  }

  async #end(ended: Ended): Promise<Message> {
    const { clock, audit } = this.#deps;
    const pending = { approvals: [...this.#approvals.values()], consents: [...this.#consents.values()] };
    const known = { reply: this.#work.reply, text: this.#reply.content, begins: this.#begins, ...pending };
    const { update, events } = outcomeOf(known, ended, new Date(clock.now()));
    this.#growTo(update.content);
    const position = this.#reply.position + events.length;
    const stored = await this.#saver.last(() => ({
      ...update,
      position,
      responseId: this.#reply.responseId,
    }));
    if (!stored) this.#left = true;
    this.#change(update);
    for (const event of events) {
      this.#tell(event.kind === 'COMPLETED' ? { ...event, message: { ...this.#reply, position } } : event);
    }
    const { action, session, requestId } = this.#work;
    const outcome = update.status === 'FAILED' ? (update.error?.code ?? 'UPSTREAM_ERROR') : 'OK';
    const use = { action, agentName: session.agentName, outcome, requestId, now: clock.now() };
    audit(usedAgent(this.identity.caller, use));
    return this.#reply;
  }

  /** Tells the words of the end that no delta brought. */
  #growTo(content: string): void {
    if (content.startsWith(this.#reply.content)) this.#grow(content.slice(this.#reply.content.length));
  }

  async #leave(): Promise<null> {
    await this.#saver.last(() => this.#progress());
    this.#told.resolve();
    return null;
  }

  /** Of a reply that the upstream did not end itself: stops it there, and records what it used. */
  async #tidy(ended: Ended | null): Promise<void> {
    const responseId = this.#responseId;
    if (this.#left || !responseId || this.#work.source.kind === 'known') return;
    if (ended?.usage || ended?.status === 'COMPLETED' || ended?.status === 'INCOMPLETE') return;
    const { foundry, store } = this.#connection;
    await foundry.cancel(responseId).catch(ignore);
    const usage = await this.#usageOf(responseId);
    if (usage) await store.updateReply(this.key, { usage: sumOf(this.#work.reply.usage, usage) });
  }

  /** A response that is being stopped may take a moment to say so. */
  async #usageOf(responseId: string): Promise<Message['usage']> {
    for (const delayMs of usageTriesMs) {
      await this.#deps.clock.sleep(delayMs, this.#lifetime.signal);
      const ended = await this.#connection.foundry.read(responseId);
      if (ended) return ended.usage;
    }
    return null;
  }

  #abortLater(): void {
    const { clock } = this.#deps;
    clock.sleep(createdWithinMs, this.#lifetime.signal).then(() => this.#reading.abort(), ignore);
  }

  #tell(event: ReplyEvent): void {
    const sequence = this.#reply.position + 1;
    this.#change({ position: sequence });
    const at = new Date(this.#deps.clock.now());
    const end = event.kind === 'STARTED' ? 0 : this.#reply.content.length;
    this.#deps.log.append(this.sessionKey, { ...event, messageKey: this.key, sequence, at, end });
  }

  #change(change: Partial<Message>): void {
    this.#reply = { ...this.#reply, ...change };
  }

  #place(responseId: string): string {
    return printResponsePlace({ responseId, begins: this.#begins });
  }

  #progress(): ReplyUpdate {
    const { status, content, position, responseId } = this.#reply;
    return { status, content, position, responseId };
  }
}

async function* iterate<T>(items: readonly T[]): AsyncGenerator<T, void> {
  yield* items;
}

const ignore = () => undefined;
