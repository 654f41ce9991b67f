import type { Identity } from '../../domain/callers.ts';
import { MlgraphError } from '../../domain/errors.ts';
import { type GenieEvent, type GenieMessage, isFinalAnswer } from '../../domain/genie.ts';
import { left, type Seat } from '../watch/audience.ts';
import { EventLog } from '../watch/event-log.ts';
import { readStateCursor } from '../watch/state-cursor.ts';
import { StateWatch, type WatchDeps } from '../watch/state-watch.ts';
import { ReplyPace } from './reply-pace.ts';

export type ReplyOpening = {
  /** Asked at each use: a token handed over on an open socket moves its end. */
  identity: Identity;
  /** Cursor of the last event seen; null to begin anew. */
  after: string | null;
  /** Ends the stream at once, without an error. */
  signal: AbortSignal;
};
export type ReplyWatchSettings = {
  /** One watch for each. */
  subject: string;
  /** The message now, if it is this person's. */
  read(identity: Identity, signal: AbortSignal): Promise<GenieMessage>;
  /** From the first poll to the second, in milliseconds. */
  firstPollMs: number;
};

/** Longer than that, Genie is not waited for. */
const patienceMs = 10 * 60_000;

const tooLong = () =>
  new MlgraphError(
    'UPSTREAM_TIMEOUT',
    'Genie has not answered within ten minutes. Nothing was stopped: look at the message later.',
    { upstream: 'databricks' },
  );

/** What counts as a change of an answer: its status, what is there of it, and when Genie last wrote. */
const fingerprintOf = (message: GenieMessage): string => {
  const { status, text, followUpQuestion, query, suggestedQuestions, updatedAt } = message;
  const parts = [text, followUpQuestion, query].map((part) => (part === null ? 0 : 1));
  return [status, ...parts, suggestedQuestions.length, updatedAt?.getTime() ?? 0].join(' ');
};

const isFinal = ({ status }: GenieMessage): boolean => isFinalAnswer(status);

/** The watch of one answer, however many sockets its person has. */
export class ReplyWatch {
  readonly log: EventLog<GenieMessage>;
  readonly #settings: ReplyWatchSettings;
  readonly #deps: WatchDeps;
  readonly #state: StateWatch<GenieMessage>;
  #pace: ReplyPace;
  /** Of the polls since somebody is here. */
  #firstAt: number | null = null;

  /** An answer that was final may have changed since: its rows expire, and come back. Then `log` is not gone on with. */
  constructor(settings: ReplyWatchSettings, log: EventLog<GenieMessage> | undefined, deps: WatchDeps) {
    const { subject } = settings;
    this.#settings = settings;
    this.#deps = deps;
    this.log = log?.last && !isFinal(log.last.state) ? log : new EventLog(subject);
    this.#pace = this.#newPace();
    const source = {
      subject,
      read: (identity: Identity, signal: AbortSignal) => this.#read(identity, signal),
      fingerprint: fingerprintOf,
      isFinal,
      pace: () => this.#pace.delayMs,
    };
    const emptied = () => {
      this.#firstAt = null;
      this.#pace = this.#newPace();
    };
    this.#state = new StateWatch(source, this.log, { changed: () => undefined, emptied }, deps);
  }

  /** @throws BAD_USER_INPUT for a cursor of another message, what the check of the right met, what ends the watch. */
  async *events({ identity, after, signal }: ReplyOpening): AsyncGenerator<GenieEvent, void> {
    const cursor = after === null ? null : readStateCursor(this.#settings.subject, after);
    const seat = await this.#state.enter(identity, signal);
    try {
      for await (const { event } of this.#state.follow(seat, cursor)) {
        yield { cursor: event.cursor, at: event.at, message: event.state };
      }
    } finally {
      seat.end(left);
    }
  }

  end(which: (seat: Seat) => boolean, error: unknown): void {
    this.#state.end(which, error);
  }

  async #read(identity: Identity, signal: AbortSignal): Promise<GenieMessage> {
    const message = await this.#settings.read(identity, signal);
    const now = this.#deps.clock.now();
    this.#firstAt ??= now;
    const since = now - this.#firstAt;
    this.#pace.polled(since);
    if (since >= patienceMs && !isFinal(message)) this.end(() => true, tooLong());
    return message;
  }

  #newPace(): ReplyPace {
    return new ReplyPace(this.#deps.random, this.#settings.firstPollMs);
  }
}
