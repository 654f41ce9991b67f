import { z } from 'zod';
import { badInput } from '../../domain/errors.ts';
import type { AzureRun } from '../../domain/runs.ts';
import { isRunName } from './names.ts';

/** What runs are sorted by: when one was made (milliseconds since the epoch), newest first, then its name. */
export type RunKey = { at: number; name: string };

/**
 * A place in the list of runs, which the search gives by their start while they are told by when they were made. A run
 * starts after it was made, so a search that has come down to a start has found all that were made later.
 */
export type RunPlace = {
  /** The last run told: those made later are no longer wanted. Null: none yet. */
  told: RunKey | null;
  /** Those that began after `from` need not be looked through again, but for those that began since. Null: all do. */
  scanned: { from: number; since: number } | null;
  /** Names of runs found beyond `from` and not told yet. */
  carried: string[];
};

export const beginning: RunPlace = { told: null, scanned: null, carried: [] };
export const maxCarried = 50;

export const isBehind = (key: RunKey, other: RunKey | null): boolean => !other || compareKeys(key, other) > 0;

export const compareKeys = (a: RunKey, b: RunKey): number =>
  b.at - a.at || (a.name < b.name ? -1 : Number(a.name > b.name));

/** A client of MLflow says itself when its run began, maybe sooner than the service made it. */
export const keyOf = ({ name, createdAt }: AzureRun, start: number): RunKey => ({
  name,
  at: Math.min(createdAt?.getTime() ?? start, start),
});

const time = z.number().int();
const name = z.string().refine(isRunName);
const placeShape = z.tuple([
  z.tuple([time, name]).nullable(),
  z.tuple([time, time]).nullable(),
  z.array(name).max(maxCarried),
]);

export const printRunPlace = ({ told, scanned, carried }: RunPlace): string =>
  JSON.stringify([told && [told.at, told.name], scanned && [scanned.from, scanned.since], carried]);

/** @throws BAD_USER_INPUT where the cursor was made by somebody else. */
export function readRunPlace(text: string): RunPlace {
  const [told, scanned, carried] = parsed(text);
  return {
    told: told && { at: told[0], name: told[1] },
    scanned: scanned && { from: scanned[0], since: scanned[1] },
    carried,
  };
}

function parsed(text: string): z.infer<typeof placeShape> {
  try {
    return placeShape.parse(JSON.parse(text));
  } catch {
    throw badInput('after', 'after: not a cursor of this list.');
  }
}
