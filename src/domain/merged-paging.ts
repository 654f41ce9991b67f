import { openPosition, type PageArgs, pageSize, sealPosition } from './paging.ts';

/**
 * A row of one source. `at` is what rows are sorted by (newest first, those without last); `place` goes on behind the
 * row, and stays right whatever comes to the list or goes from it.
 */
export type Row<T> = { node: T; at: Date | null; place: string };

/**
 * Rows of one source in its order. `next` goes on behind them, and behind what was passed over after them; null at the
 * end. A `failure` beside rows is told, and the rows are shown.
 */
export type Slice<T> = { rows: Row<T>[]; next: string | null; failure?: unknown };

/** From where to read on (null: the beginning), and how many rows are wanted; fewer may come, with `next`. */
export type SliceRequest = { after: string | null; limit: number };

/** Where each source stands in a walk: behind which place, or at its end (null). One that is absent has not begun. */
export type SourcePlaces = ReadonlyMap<string, string | null>;

/** A checked request for a page of a merged list. */
export type MergedPageRequest = {
  first: number;
  after: boolean;
  places: SourcePlaces;
  cursorAt(places: SourcePlaces): string;
};

/**
 * Checks page arguments against the caller and the query that the cursor was made for. What stands in a place is its
 * source's to check.
 * @throws BAD_USER_INPUT naming `first` or `after`.
 */
export function readMergedPage(args: PageArgs, owner: string, query: unknown): MergedPageRequest {
  const { first, after } = args;
  return {
    first: pageSize(first),
    after: after != null,
    places: after == null ? new Map() : openPosition('after', after, owner, query, placesIn),
    cursorAt: (places) => sealPosition([...places], owner, query),
  };
}

function placesIn(position: unknown): SourcePlaces | null {
  return Array.isArray(position) && position.every(isEntry) ? new Map(position) : null;
}

const isEntry = (entry: unknown): entry is [string, string | null] =>
  Array.isArray(entry) &&
  entry.length === 2 &&
  typeof entry[0] === 'string' &&
  (entry[1] === null || typeof entry[1] === 'string');
