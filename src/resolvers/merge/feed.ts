import type { Clock } from '../../domain/clock.ts';
import { within } from '../../domain/deadline.ts';
import { codeOf, MlgraphError } from '../../domain/errors.ts';
import type { Row, Slice, SliceRequest, SourcePlaces } from '../../domain/merged-paging.ts';
import type { SourceReport } from '../../domain/providers.ts';
import { answered, failed, type Reported } from '../sources.ts';

/** One upstream's part of a merged list. */
export type Source<T> = Reported & {
  /** Names it in cursors, and decides between rows of one time: unique in its list, and never changed. */
  key: string;
  /** Its rows behind a place, newest first. Anything but an MlgraphError is a bug. */
  read(request: SliceRequest & { signal: AbortSignal }): Promise<Slice<T>>;
};

/** Until when a page may be read. */
export type PageDeadline = { clock: Clock; at: number; signal: AbortSignal };

const tooSlow = () => new MlgraphError('UPSTREAM_TIMEOUT', 'It did not answer in the time that a page has.');
const noProgress = () => new MlgraphError('UPSTREAM_ERROR', 'It answered a page that leads nowhere.');

const passing: readonly string[] = ['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'RATE_LIMITED'];

/** One source while a page is made: what was read of it and not shown yet, and where it stands. */
export class Feed<T> {
  readonly key: string;
  readonly #source: Source<T>;
  readonly #deadline: PageDeadline;
  #rows: Row<T>[] = [];
  /** Behind what was shown; undefined at the beginning. */
  #shown: string | undefined;
  /** Where to read on; null at the end. */
  #next: string | null | undefined;
  #hasRead = false;
  #hasStopped = false;
  #failure: unknown;

  constructor(source: Source<T>, places: SourcePlaces, deadline: PageDeadline) {
    this.key = source.key;
    this.#source = source;
    this.#deadline = deadline;
    this.#next = places.get(source.key);
    this.#shown = this.#next ?? undefined;
  }

  get head(): Row<T> | undefined {
    return this.#rows[0];
  }

  /** Stopped within the page: behind what was read of it, the order of its rows and the others' is not known. */
  get isCut(): boolean {
    return this.#hasStopped && this.#hasRead && this.#rows.length === 0;
  }

  /** Left out of this page by a failure that another try may not meet. */
  get mayRecover(): boolean {
    return this.#hasStopped && passing.includes(codeOf(this.#failure));
  }

  /** Behind what was shown and passed over, null at the end; undefined where it has not begun. */
  get place(): string | null | undefined {
    return this.#rows.length > 0 ? this.#shown : this.#next;
  }

  /** @throws a failure that is no report. */
  get report(): SourceReport {
    return this.#failure === undefined ? answered(this.#source) : failed(this.#source, this.#failure);
  }

  take(): Row<T> | undefined {
    const row = this.#rows.shift();
    if (row) this.#shown = row.place;
    return row;
  }

  /** Reads until there are rows to show, or no more, or no time. @throws a failure that is no report. */
  async fill(limit: number): Promise<void> {
    while (this.#rows.length === 0 && this.#next !== null && !this.#hasStopped) await this.#read(limit);
  }

  async #read(limit: number): Promise<void> {
    try {
      const { rows, next, failure } = await this.#ask(limit);
      if (rows.length === 0 && next === this.#next) throw noProgress();
      this.#shown = this.#next ?? undefined;
      this.#rows = [...rows];
      this.#next = next;
      this.#hasRead = true;
      this.#failure ??= failure;
    } catch (error) {
      this.#stop(error);
    }
  }

  #ask(limit: number): Promise<Slice<T>> {
    const { clock, at, signal } = this.#deadline;
    const milliseconds = at - clock.now();
    if (milliseconds <= 0) throw tooSlow();
    return within({ clock, milliseconds, signal, error: tooSlow }, (ending) =>
      this.#source.read({ after: this.#next ?? null, limit, signal: ending }),
    );
  }

  #stop(error: unknown): void {
    this.#deadline.signal.throwIfAborted();
    failed(this.#source, error);
    this.#hasStopped = true;
    // Whose page is only short has not failed.
    if (!this.#hasRead || codeOf(error) !== 'UPSTREAM_TIMEOUT') this.#failure = error;
  }
}
