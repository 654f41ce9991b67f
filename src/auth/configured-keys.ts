import { type KeyFile, keyFile } from '../datasources/key-file.ts';
import type { Clock } from '../domain/clock.ts';
import { type ConfiguredKey, parseConfiguredKeys } from '../domain/configured-keys.ts';

/** The keys that the operator wrote down, as they stand. */
export type KeySource = () => Promise<readonly ConfiguredKey[]>;

/** A look at the file costs a call of the system: so often at most. */
const lookEveryMs = 1_000;

type Parts = { path: string; clock: Clock; warn(fields: object, message: string): void; file?: KeyFile };

/**
 * The keys of a mounted file, read again when it changes. A line that cannot be read is left out and told; what was read
 * last stands while the file cannot be opened, for secrets are often replaced by taking them away first.
 */
export function createKeyFile({ path, clock, warn, file = keyFile }: Parts): KeySource {
  let keys: readonly ConfiguredKey[] = [];
  let mark: string | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | null = null;

  async function look(): Promise<void> {
    const now = await file.mark(path);
    if (now === mark) return;
    const { keys: found, faults } = parseConfiguredKeys(await file.read(path));
    keys = found;
    mark = now;
    if (faults.length > 0) warn({ faults }, 'some API keys of the file cannot be used');
  }

  return async () => {
    if (clock.now() - lookedAt >= lookEveryMs) {
      lookedAt = clock.now();
      looking = look().catch((err: unknown) => warn({ err }, 'the file of API keys cannot be read'));
    }
    await looking;
    return keys;
  };
}
