import type { LogChunk } from '../../domain/runs.ts';

/** A place in a log as the upstream's reader counts it; null is the first line. Opaque: only equality is known. */
export type LogPosition = string | null;

/** Characters. Enough for readers in step with each other; who is further behind reads upstream. */
const maxKept = 128 * 1024;

/** The chunks read last, by the position they begin at. */
export class LogWindow {
  readonly #chunks = new Map<LogPosition, LogChunk>();
  #kept = 0;

  has(position: LogPosition): boolean {
    return this.#chunks.has(position);
  }

  get(position: LogPosition): LogChunk | undefined {
    return this.#chunks.get(position);
  }

  /** The first chunk from a position stays: who reads it too comes to the same next position, and stays in step. */
  put(position: LogPosition, chunk: LogChunk): void {
    if (this.#chunks.has(position)) return;
    this.#chunks.set(position, chunk);
    this.#kept += sizeOf(chunk);
    for (const [oldest, old] of this.#chunks) {
      if (this.#kept <= maxKept || oldest === position) return;
      this.#chunks.delete(oldest);
      this.#kept -= sizeOf(old);
    }
  }
}

const sizeOf = (chunk: LogChunk) => chunk.text.length + chunk.cursor.length;
