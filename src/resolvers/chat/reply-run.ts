import type { ConsentRequest, Message, ToolApproval, UpstreamReplyEvent } from '../../domain/chat.ts';
import { unlessAborted } from '../../domain/deadline.ts';
import { LeftBehind } from './answer.ts';
import { type Question, readAnswerTo, stopResponse } from './asking.ts';
import { Draft } from './draft.ts';
import { canceledEnd, failedEnd, outcomeOf, sumOf } from './endings.ts';
import type { EventLog } from './event-log.ts';
import { FreshIdentity } from './fresh-identity.ts';
import { printResponsePlace } from './response-place.ts';
import { Saver } from './saver.ts';
import type { Round } from './saving-round.ts';
import { usedAgent } from './trail.ts';
import type { ChatDeps, Connection, Ended } from './upstream.ts';

/** `reply` is as it stands in the store. */
export type Work = Question & {
  /** The mutation that uses the agent, for the trail; null where nothing of the agent's is used. */
  action: string | null;
  /** What went before in this session here: told first, and cleared away upstream before the agent is asked. */
  previous: Previous | null;
};
/** Neither rejects. */
export type Previous = { readonly done: Promise<void>; readonly tidied: Promise<void> };
export type RunDeps = ChatDeps & { log: EventLog };

/** How long a cancelled run waits to be told which response it is to stop upstream. */
const createdWithinMs = 60_000;
/** How long the next reply waits for what is cleared away upstream. */
const clearWithinMs = 10_000;

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
  readonly #draft: Draft;
  readonly #saver: Saver;
  readonly #lifetime = new AbortController();
  readonly #reading = new AbortController();
  readonly #approvals = new Map<string, ToolApproval>();
  readonly #consents = new Map<string, ConsentRequest>();
  readonly #told = Promise.withResolvers<void>();
  /** Where the text of the response begins in the reply's. */
  readonly #begins: number;
  #responseId: string | null;
  #ending: Promise<Message> | null = null;
  #left = false;

  constructor(deps: RunDeps & { round: Round }, work: Work) {
    const { source, reply } = work;
    this.#deps = deps;
    this.identity = new FreshIdentity(work.identity);
    this.#work = { ...work, identity: this.identity };
    this.#connection = deps.connect(this.identity, this.#lifetime.signal, work.requestId);
    this.#begins = source.kind === 'ask' ? reply.content.length : source.begins;
    this.#responseId = source.kind === 'underway' ? source.responseId : null;
    this.#draft = new Draft(reply, deps.clock, deps.log);
    this.#saver = new Saver(deps.clock, deps.round, {
      key: this.key,
      store: this.#connection.store,
      state: () => this.#draft.progress,
      gone: () => this.cancel(),
    });
    this.done = this.#told.promise;
    this.tidied = this.#run()
      .then((ended) => this.#tidy(ended))
      .then(ignore, ignore);
    this.tidied.then(() => this.#lifetime.abort(over));
  }

  get key(): string {
    return this.#work.reply.key;
  }

  get sessionKey(): string {
    return this.#work.session.key;
  }

  /** The reply as it is known now, ahead of the store. */
  get reply(): Message {
    return this.#draft.reply;
  }

  /** It is over here without an end in the store: to be settled at its owner's next call. */
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

  /** How the upstream ended it; null where it did not. */
  async #run(): Promise<Ended | null> {
    try {
      await this.#begin();
      const means = { ...this.#deps, connection: this.#connection, signal: this.#reading.signal };
      let ended: Ended | null = null;
      await readAnswerTo(this.#work, means, (event) => {
        ended = this.#take(event);
        return ended !== null || this.#isCanceled;
      });
      return this.#isCanceled ? null : await this.#finish(ended ?? failedEnd(null));
    } catch (error) {
      if (error instanceof LeftBehind) this.#left = true;
      if (this.#left) return await this.#leave();
      return this.#ending ? null : await this.#finish(failedEnd(error));
    }
  }

  /** It was ended here, and what is to be stopped upstream is known. */
  get #isCanceled(): boolean {
    return this.#ending !== null && this.#responseId !== null;
  }

  async #begin(): Promise<void> {
    const { previous } = this.#work;
    if (previous) await previous.done;
    if (this.#draft.position === 0 && !this.#ending) this.#draft.tell({ kind: 'STARTED' });
    if (previous) await this.#waitFor(previous.tidied, clearWithinMs);
  }

  async #waitFor(work: Promise<unknown>, ms: number): Promise<void> {
    const enough = new AbortController();
    const tooLong = this.#deps.clock.sleep(ms, enough.signal).catch(ignore);
    await unlessAborted(Promise.race([work, tooLong]), this.#reading.signal).finally(() =>
      enough.abort(over),
    );
  }

  async #finish(ended: Ended): Promise<Ended> {
    this.#ending ??= this.#end(ended).finally(this.#told.resolve);
    await this.#ending;
    return ended;
  }

  /** Nothing but the response's id counts of one that was cancelled here. */
  #take(event: UpstreamReplyEvent): Ended | null {
    if (event.kind === 'created') this.#responseId = event.responseId;
    if (this.#ending) return null;
    switch (event.kind) {
      case 'created': {
        const responseId = printResponsePlace({ responseId: event.responseId, begins: this.#begins });
        this.#draft.change({ responseId, status: 'STREAMING' });
        this.#saver.now();
        return null;
      }
      case 'delta':
        this.#draft.grow(event.text);
        this.#saver.soon();
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

  /** Stored before it is told: who hears of it finds it so. */
  async #end(ended: Ended): Promise<Message> {
    const draft = this.#draft;
    const known = {
      reply: this.#work.reply,
      text: draft.content,
      begins: this.#begins,
      approvals: [...this.#approvals.values()],
      consents: [...this.#consents.values()],
    };
    const { update, events } = outcomeOf(known, ended, new Date(this.#deps.clock.now()));
    draft.growTo(update.content);
    const position = draft.position + events.length;
    const isStored = await this.#saver.last(() => ({
      ...update,
      position,
      responseId: draft.reply.responseId,
    }));
    if (!isStored) this.#left = true;
    draft.change(update);
    for (const event of events) {
      draft.tell(event.kind === 'COMPLETED' ? { ...event, message: { ...draft.reply, position } } : event);
    }
    this.#leaveTrail(update.status === 'FAILED' ? (update.error?.code ?? 'UPSTREAM_ERROR') : 'OK');
    return draft.reply;
  }

  #leaveTrail(outcome: string): void {
    const { action, session, requestId } = this.#work;
    const { clock, audit } = this.#deps;
    if (action === null) return;
    const use = { action, agentName: session.agentName, outcome, requestId, now: clock.now() };
    audit(usedAgent(this.identity.caller, use));
  }

  async #leave(): Promise<null> {
    await this.#saver.last(() => this.#draft.progress);
    this.#told.resolve();
    return null;
  }

  /** Of a reply that the upstream did not end itself: stops it there, and records what it used. */
  async #tidy(ended: Ended | null): Promise<void> {
    const responseId = this.#responseId;
    if (this.#left || !responseId || this.#work.source.kind === 'known') return;
    if (ended?.usage || ended?.status === 'COMPLETED' || ended?.status === 'INCOMPLETE') return;
    const means = { ...this.#deps, connection: this.#connection, signal: this.#lifetime.signal };
    const usage = await stopResponse(responseId, means);
    const { store } = this.#connection;
    if (usage) await store.updateReply(this.key, { usage: sumOf(this.#work.reply.usage, usage) });
  }

  #abortLater(): void {
    const { clock } = this.#deps;
    clock.sleep(createdWithinMs, this.#lifetime.signal).then(() => this.#reading.abort(), ignore);
  }
}

const ignore = () => undefined;
/** One for all: an abort without a reason makes a new error each time. */
const over = new Error('the reply is over');
