import type { ReplyEvent } from '../../domain/chat.ts';

/** One thing that happened to a reply. `end` is the length of the reply's text (UTF-16 units) once it has happened. */
export type LoggedEvent = ReplyEvent & { messageKey: string; sequence: number; at: Date; end: number };

/** A place in one session's log; opaque, only the log that gave it can tell what lies behind it. */
export type LogOffset = string | number;
export type LogEntry = { offset: LogOffset; event: LoggedEvent };

/**
 * The events of each session's replies, in order, kept beyond the connections that read them. What is kept is bounded,
 * so that any of it may be gone at any time: its readers then turn to the stored message, which holds all the text.
 * The shape is that of a Redis stream per session (XADD, XRANGE, XREAD), which is to take its place where several
 * processes serve one session.
 */
export type EventLog = {
  /** Never throws; what is appended first stands first. One process writes a reply at a time. */
  append(sessionKey: string, event: LoggedEvent): void;
  /** What stands behind `after`, at most `limit`; null where something of it is gone. */
  read(
    sessionKey: string,
    after: LogOffset,
    limit: number,
  ): readonly LogEntry[] | null | Promise<readonly LogEntry[] | null>;
  /** The place before the kept event whose index `pick` gives; null where it gives -1. */
  find(sessionKey: string, pick: (events: readonly LoggedEvent[]) => number): Promise<LogOffset | null>;
  /** The place behind all that was appended so far. */
  head(sessionKey: string): Promise<LogOffset>;
  /**
   * For one reader, until its signal aborts: what it is given resolves once something stands behind `after`, and
   * rejects with the signal's reason as soon as it aborts. One wait at a time.
   */
  listen(sessionKey: string, signal: AbortSignal): (after: LogOffset) => Promise<void>;
  /** Forgets a session. */
  drop(sessionKey: string): void;
};
