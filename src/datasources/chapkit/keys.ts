import type { Clock } from '../../domain/clock.ts';
import { MlgraphError } from '../../domain/errors.ts';
import { type KeyFile, keyFile } from '../key-file.ts';

/** Keys of a service, the newest first; or a file that holds them, one a line, and is changed in place. */
export type KeySource = { fixed: readonly string[] } | { file: string };

export type ServiceKeys = {
  /**
   * What to try, the one last accepted first. `fresh` reads the file whatever it looks like.
   * @throws UPSTREAM_NOT_CONFIGURED where there was never one.
   */
  candidates(options?: { fresh?: boolean }): Promise<readonly string[]>;
  accepted(key: string): void;
  /** Of the one last accepted; null before the first. */
  prefix(): string | null;
};

type Parts = { systemName: string; source: KeySource; clock: Clock; file?: KeyFile };

/** During a rotation the service takes the old key, the new one, or both: whichever it takes is remembered. */
export function createKeys({ systemName, source, clock, file = keyFile }: Parts): ServiceKeys {
  const read =
    'fixed' in source ? async () => source.fixed : fileReader({ systemName, path: source.file, clock, file });
  let best: string | null = null;
  return {
    async candidates({ fresh = false } = {}) {
      const keys = await read(fresh);
      return best !== null && keys.includes(best) ? [best, ...keys.filter((key) => key !== best)] : keys;
    },
    accepted(key) {
      best = key;
    },
    prefix: () => best && prefixOf(best),
  };
}

const shown = 7;

/** As the service writes it into its own log (contract section 10): nothing of a key that is hardly longer. */
const prefixOf = (key: string): string => (key.length > shown ? key.slice(0, shown) : '***');

/** Lines that are neither empty nor a comment. */
const keysIn = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** A look at the file costs a call of the system: so often at most. */
const lookEveryMs = 1_000;

type FileParts = { systemName: string; path: string; clock: Clock; file: KeyFile };

/** What was read last stands where the file is missing or empty for a moment. */
function fileReader({ systemName, path, clock, file }: FileParts): (fresh?: boolean) => Promise<string[]> {
  let keys: string[] = [];
  let mark: string | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | null = null;

  async function look(fresh: boolean): Promise<void> {
    const now = await file.mark(path);
    if (now === mark && !fresh) return;
    const found = keysIn(await file.read(path));
    if (found.length > 0) keys = found;
    mark = now;
  }

  return async (fresh = false) => {
    let failure: unknown = new Error('the file holds no key');
    if (fresh || clock.now() - lookedAt >= lookEveryMs) {
      lookedAt = clock.now();
      looking ??= look(fresh).finally(() => {
        looking = null;
      });
    }
    await looking?.catch((error: unknown) => {
      failure = error;
    });
    if (keys.length > 0) return keys;
    lookedAt = Number.NEGATIVE_INFINITY;
    throw new MlgraphError(
      'UPSTREAM_NOT_CONFIGURED',
      `The gateway cannot read its key for ${systemName}.`,
      { upstream: systemName },
      failure,
    );
  };
}
