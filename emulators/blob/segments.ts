import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A piece of a blob: one file of the account's directory. */
export type Segment = { file: string; size: number };

/** The files that blobs are made of. Content passes through as a stream, whatever its size. */
export type SegmentFiles = {
  write(content: AsyncIterable<Uint8Array>): Promise<Segment>;
  /** Adds to the end of a segment, or of a new one. */
  append(segment: Segment | undefined, text: string): Segment;
  /** Bytes from `start` up to and without `end` of the segments laid end to end. */
  read(segments: Segment[], start: number, end: number): AsyncIterable<Uint8Array>;
  remove(segments: Segment[]): Promise<void>;
  /** Removes what no one knows: files left by a crash. */
  keepOnly(known: Set<string>): void;
};

export function openSegmentFiles(directory: string): SegmentFiles {
  mkdirSync(directory, { recursive: true });
  const pathOf = (file: string) => path.join(directory, file);
  return {
    write: async (content) => {
      const file = randomUUID();
      try {
        const sink = createWriteStream(pathOf(file));
        await pipeline(content, sink);
        return { file, size: sink.bytesWritten };
      } catch (error) {
        await rm(pathOf(file), { force: true });
        throw error;
      }
    },
    append: (segment, text) => {
      const file = segment?.file ?? randomUUID();
      appendFileSync(pathOf(file), text);
      return { file, size: statSync(pathOf(file)).size };
    },
    read: async function* (segments, start, end) {
      let offset = 0;
      for (const { file, size } of segments) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, size);
        offset += size;
        if (from < to) yield* createReadStream(pathOf(file), { start: from, end: to - 1 });
      }
    },
    remove: async (segments) => {
      await Promise.all(segments.map(({ file }) => rm(pathOf(file), { force: true })));
    },
    keepOnly: (known) => {
      for (const file of readdirSync(directory)) if (!known.has(file)) rmSync(pathOf(file));
    },
  };
}
