import { Presets, SingleBar } from 'cli-progress';
import type { Sink } from '../world.ts';
import { clean } from './clean.ts';

export type Progress = { update(done: number): void; stop(): void };

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Such as `12.3 MiB`. */
export function bytes(size: number): string {
  const power = size < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(size) / 10));
  const amount = size / 1024 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${units[power]}`;
}

/** How much of a file has been sent; null: nobody watches. */
export function progressBar(stream: Sink | null, name: string, total: number): Progress {
  if (!stream) return { update() {}, stop() {} };
  const bar = new SingleBar(
    {
      stream: stream as NodeJS.WritableStream,
      format: `${clean(name)} {bar} {percentage}%  {sent} of ${bytes(total)}  {eta_formatted}`,
      etaBuffer: 50,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { sent: bytes(0) });
  return {
    update: (done) => bar.update(done, { sent: bytes(done) }),
    stop: () => bar.stop(),
  };
}
