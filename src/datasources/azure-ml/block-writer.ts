const blockBytes = 4 * 1024 * 1024;
const buffersAtMost = 3;

export type BlockWriter = {
  /** Copies the bytes away; waits while all buffers are on their way. @throws what a block's sending threw. */
  write(bytes: Uint8Array): Promise<void>;
  /** Sends what is left and waits for all. The ids in order; or all bytes, where they never filled a block. */
  finish(): Promise<{ ids: string[] } | { whole: Uint8Array }>;
  /** Waits for the blocks on their way, however they end. */
  settle(): Promise<void>;
};

/**
 * Cuts a stream into blocks, a few on their way at once. The buffers are made once and used again: memory stays at
 * three blocks whatever the file's size, and the garbage collector is not needed for that.
 */
export function createBlockWriter(send: (id: string, bytes: Uint8Array) => Promise<void>): BlockWriter {
  const free: Buffer[] = [];
  const onTheirWay = new Set<Promise<void>>();
  const ids: string[] = [];
  let made = 0;
  let current: Buffer | null = null;
  let filled = 0;

  async function takeBuffer(): Promise<Buffer> {
    const known = free.pop();
    if (known) return known;
    if (made < buffersAtMost) {
      made += 1;
      return Buffer.allocUnsafeSlow(blockBytes);
    }
    await Promise.race(onTheirWay);
    return takeBuffer();
  }

  function sendCurrent(buffer: Buffer): void {
    const id = Buffer.from(String(ids.length).padStart(6, '0')).toString('base64');
    ids.push(id);
    const sending = send(id, buffer.subarray(0, filled)).then(() => {
      onTheirWay.delete(sending);
      free.push(buffer);
    });
    // Observed where it matters, by race and all; a rejection in between is not an unhandled one.
    sending.catch(() => {});
    onTheirWay.add(sending);
    current = null;
    filled = 0;
  }

  return {
    async write(bytes) {
      for (let from = 0; from < bytes.length; ) {
        current ??= await takeBuffer();
        const part = bytes.subarray(from, from + blockBytes - filled);
        current.set(part, filled);
        from += part.length;
        filled += part.length;
        if (filled === blockBytes) sendCurrent(current);
      }
    },
    async finish() {
      if (ids.length === 0) return { whole: current?.subarray(0, filled) ?? new Uint8Array() };
      if (current && filled > 0) sendCurrent(current);
      await Promise.all(onTheirWay);
      return { ids };
    },
    async settle() {
      await Promise.allSettled(onTheirWay);
    },
  };
}
