import type { Message } from '../../domain/chat.ts';
import { conflict } from '../../domain/errors.ts';
import { type Previous, ReplyRun, type RunDeps, type Work } from './reply-run.ts';
import { Rounds } from './saving-round.ts';

/** The replies that are being answered in this process. */
export class Runs {
  readonly #deps: RunDeps;
  readonly #byReply = new Map<string, ReplyRun>();
  /** The last of each session, until nothing of it is under way upstream. */
  readonly #previous = new Map<string, Previous>();
  /** Resolved when it is released. */
  readonly #reserved = new Map<string, Promise<void>>();
  readonly #rounds: Rounds;
  readonly #left: (run: ReplyRun) => void;

  /** `left` is told of runs that ended without an end in the store. */
  constructor(deps: RunDeps, left: (run: ReplyRun) => void) {
    this.#deps = deps;
    this.#rounds = new Rounds(deps.clock);
    this.#left = left;
  }

  get all(): ReplyRun[] {
    return [...this.#byReply.values()];
  }

  get(messageKey: string): ReplyRun | undefined {
    return this.#byReply.get(messageKey);
  }

  ofSession(sessionKey: string): ReplyRun[] {
    return this.all.filter((run) => run.sessionKey === sessionKey);
  }

  /** One run per reply: where there is one, that one. */
  launch(work: Omit<Work, 'previous'>): ReplyRun {
    const known = this.#byReply.get(work.reply.key);
    if (known) return known;
    const previous = this.#previous.get(work.session.key) ?? null;
    const { round, close } = this.#rounds.open(work.identity.caller.key);
    const run = new ReplyRun({ ...this.#deps, round }, { ...work, previous });
    run.done.then(close);
    this.#byReply.set(run.key, run);
    run.done.then(() => this.#land(run));
    this.precede(run.sessionKey, run);
    return run;
  }

  /** Until it is released, nobody else may go on with this reply. @throws CONFLICT */
  reserve(messageKey: string): () => void {
    if (this.#reserved.has(messageKey) || this.#byReply.has(messageKey)) {
      throw conflict('The reply is going on already.');
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#reserved.set(messageKey, promise);
    return () => {
      this.#reserved.delete(messageKey);
      resolve();
    };
  }

  /** Resolves when nobody is about to go on with this reply. */
  async released(messageKey: string): Promise<void> {
    for (let held = this.#reserved.get(messageKey); held; held = this.#reserved.get(messageKey)) await held;
  }

  /** Has the session's next reply wait for this. */
  precede(sessionKey: string, previous: Previous): void {
    this.#previous.set(sessionKey, previous);
    previous.tidied.then(() => {
      if (this.#previous.get(sessionKey) === previous) this.#previous.delete(sessionKey);
    });
  }

  /** The reply as it stands here, ahead of the store. */
  present(messageKey: string): Message | undefined {
    return this.#byReply.get(messageKey)?.reply;
  }

  #land(run: ReplyRun): void {
    this.#byReply.delete(run.key);
    if (run.isLeft) this.#left(run);
  }
}
