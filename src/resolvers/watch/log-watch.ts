import type { Identity } from '../../domain/callers.ts';
import { badInput, codeOf } from '../../domain/errors.ts';
import type { LogChunk } from '../../domain/runs.ts';
import type { Seat } from './audience.ts';
import { blameOf, isPersonal, Patience } from './failures.ts';
import { LogReads, type LogSource } from './log-reads.ts';
import { type LogPosition, LogWindow } from './log-window.ts';
import { logPace } from './pace.ts';
import { PollLoop } from './poll-loop.ts';
import type { WatchDeps } from './state-watch.ts';
import { WaitingRoom } from './waiting-room.ts';

/** Largest event of a log stream. */
const chunkBytes = 64 * 1024;

/**
 * The watch of one log, however many subscribe. Those at the end of the text wait for one loop; those behind read
 * on from their own position, sharing reads from equal positions. What a subscriber is given always begins where
 * its last chunk ended, so nothing is lost or told twice, and a slow one costs no memory: its text is read again.
 * Two who reached the end by different steps may stand at different positions; the loop reads from each, and they
 * meet at the first read that brings both to the same one.
 */
export class LogWatch {
  readonly #source: LogSource;
  readonly #deps: WatchDeps;
  readonly #loop: PollLoop;
  readonly #window = new LogWindow();
  readonly #reads: LogReads;
  /** Seats at the end of the text. They are handed null when they had better look for themselves. */
  readonly #room = new WaitingRoom<LogPosition, LogChunk | null>();
  /** Positions behind which there was nothing, since the newest text came. */
  readonly #ends = new Set<LogPosition>();
  #news = 0;
  #readAt: number;
  #changedAt: number;
  #lastReader = '';

  constructor(source: LogSource, deps: WatchDeps) {
    this.#source = source;
    this.#deps = deps;
    this.#reads = new LogReads(source, deps);
    this.#readAt = this.#changedAt = deps.clock.now();
    this.#loop = new PollLoop(deps.clock, deps.random, {
      dueIn: () => this.#dueIn(),
      nextReader: (passedOver) => this.#nextReader(passedOver),
      read: (identity, signal) => this.#poll(identity, signal),
      end: (which, error) => this.#endWaiting(which, error),
    });
  }

  /** The text behind `after`, then as it comes, until it is complete. Empty chunks are not told, but for the last. */
  async *follow(seat: Seat, after: LogPosition): AsyncGenerator<LogChunk, void> {
    let position = after;
    for (;;) {
      const chunk = await this.#next(seat, position);
      if (chunk.text !== '' || chunk.complete) yield chunk;
      if (chunk.complete) return;
      position = chunk.cursor;
    }
  }

  /** The run has changed: text is likely to follow, or to end. */
  stir(): void {
    this.#changedAt = this.#deps.clock.now();
    this.#loop.poke();
  }

  stop(): void {
    this.#loop.stop();
  }

  async #next(seat: Seat, position: LogPosition): Promise<LogChunk> {
    const patience = new Patience(this.#deps.clock, this.#deps.random);
    for (;;) {
      seat.signal.throwIfAborted();
      try {
        const chunk = await this.#tryNext(seat, position);
        if (chunk) return chunk;
      } catch (error) {
        seat.signal.throwIfAborted();
        if (isPersonal(error)) this.#reads.forget(seat.identity);
        if (blameOf(error) !== 'moment') throw asRefusal(error);
        await this.#deps.clock.sleep(patience.delayAfter(error), seat.signal);
      }
    }
  }

  /** Null: something has changed meanwhile, look again. */
  async #tryNext(seat: Seat, position: LogPosition): Promise<LogChunk | null> {
    const isShared =
      this.#window.has(position) || this.#reads.isUnderWay(position) || this.#ends.has(position);
    if (isShared) await this.#reads.prove(seat, position);
    const known = this.#window.get(position);
    if (known) return known;
    if (!this.#ends.has(position)) return this.#readOn(seat, position);
    const waiting = this.#room.wait(position, seat, () => this.#room.isEmpty && this.#loop.stop());
    this.#loop.start();
    const chunk = await waiting;
    if (chunk) await this.#reads.prove(seat, position);
    return chunk;
  }

  async #readOn(seat: Seat, position: LogPosition): Promise<LogChunk | null> {
    const chunk = await this.#reads.joinAs(seat, position, (signal) =>
      this.#readAndTell(seat.identity, position, signal, false),
    );
    return chunk && isNews(position, chunk) ? chunk : null;
  }

  async #readAndTell(
    identity: Identity,
    position: LogPosition,
    signal: AbortSignal,
    isPoll: boolean,
  ): Promise<LogChunk> {
    const news = this.#news;
    const chunk = await this.#reads.read({ identity, position, maxBytes: chunkBytes, signal });
    if (chunk.text !== '' && (isPoll || this.#ends.has(position))) this.#tellOfNews();
    const isEnd = chunk.text === '' ? news === this.#news : isPoll && !this.#mayGoOn(chunk);
    if (isEnd && !chunk.complete) this.#ends.add(chunk.cursor);
    if (isEnd) this.#readAt = this.#deps.clock.now();
    if (!isNews(position, chunk)) return chunk;
    this.#window.put(position, chunk);
    this.#room.wake(position, chunk);
    return chunk;
  }

  #tellOfNews(): void {
    this.#news++;
    this.#ends.clear();
    this.stir();
  }

  /** Behind a short chunk of a run under way there is nothing yet: saves the read that would say so. */
  #mayGoOn(chunk: LogChunk): boolean {
    return this.#source.isFinal() || Buffer.byteLength(chunk.text) * 2 >= chunkBytes;
  }

  /** Reads from wherever somebody waits, mostly one position. */
  async #poll(identity: Identity, signal: AbortSignal): Promise<void> {
    await Promise.all(this.#room.keys.map((position) => this.#pollAt(identity, position, signal)));
    this.#readAt = this.#deps.clock.now();
  }

  async #pollAt(identity: Identity, position: LogPosition, signal: AbortSignal): Promise<void> {
    try {
      await this.#reads.join(position, signal, (ending) =>
        this.#readAndTell(identity, position, ending, true),
      );
    } catch (error) {
      if (signal.aborted || blameOf(error) !== 'subject') throw error;
      // The position is at fault, such as one no longer kept: who waits there meets it by a read of their own.
      this.#ends.delete(position);
      this.#room.wake(position, null);
    }
  }

  #endWaiting(which: (seat: Seat) => boolean, error: unknown): void {
    for (const seat of this.#room.seats) {
      if (!which(seat)) continue;
      if (isPersonal(error)) this.#reads.forget(seat.identity);
      seat.end(error);
    }
  }

  #dueIn(): number {
    return this.#readAt + logPace(this.#readAt - this.#changedAt) - this.#deps.clock.now();
  }

  /** Somebody who waits; another person than last time where there is one. */
  #nextReader(passedOver: ReadonlyMap<string, unknown>): Identity | null {
    const here = this.#room.seats.map(({ identity }) => identity);
    const readers = here.filter(({ caller }) => !passedOver.has(caller.key));
    const next = readers.find(({ caller }) => caller.key !== this.#lastReader) ?? readers[0] ?? null;
    this.#lastReader = next?.caller.key ?? '';
    return next;
  }
}

const isNews = (position: LogPosition, chunk: LogChunk): boolean =>
  chunk.text !== '' || chunk.complete || chunk.cursor !== position;

/** To the subscriber, a position that the reader refuses is the `after` they gave. */
const asRefusal = (error: unknown): unknown =>
  codeOf(error) === 'BAD_USER_INPUT'
    ? badInput('after', 'after: not a cursor of this log; pass the last one it gave.')
    : error;
