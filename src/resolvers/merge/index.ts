import type { Context } from '../../context.ts';
import type { Clock } from '../../domain/clock.ts';
import type { MergedPageRequest, Row } from '../../domain/merged-paging.ts';
import type { Edge } from '../../domain/paging.ts';
import type { MergedPage } from '../../domain/providers.ts';
import { Feed, type Source } from './feed.ts';

export type { Source } from './feed.ts';

export type MergeOptions = {
  clock: Clock;
  /** Ends with the operation. */
  signal: AbortSignal;
  /** For the whole page: 3 seconds. */
  deadlineMs?: number;
};

/** For a page that an operation asks for. */
export const optionsOf = ({ clock, call }: Pick<Context, 'clock' | 'call'>): MergeOptions => ({
  clock,
  signal: call.signal,
});

/**
 * A page of several sources, newest first; of one time, by the sources' keys, then as each source orders its own.
 * Nothing is kept between pages: a cursor holds each source's place, and what was read and not shown is read again.
 *
 * A source that fails, or has not answered by the deadline, leaves its report and keeps its place: the others' rows are
 * there, and its own come with a later page, first there where they are newer. `hasNextPage` counts on it only after a
 * page with rows, and only where another try is worth it, so that a walk ends though a source stays away.
 * A source that fails or is out of time after it gave rows, or passed rows over, ends the page where its rows end.
 * @throws UNAUTHENTICATED and BAD_USER_INPUT of any source.
 */
export async function mergePages<T>(
  sources: readonly Source<T>[],
  page: MergedPageRequest,
  { clock, signal, deadlineMs = 3_000 }: MergeOptions,
): Promise<MergedPage<T>> {
  const deadline = { clock, signal, at: clock.now() + deadlineMs };
  const feeds = sources.map((source) => new Feed(source, page.places, deadline));
  const cursor = () => page.cursorAt(placesOf(feeds, page));
  const edges: Edge<T>[] = [];
  const hasMore = await collect(feeds, page.first, (row) => edges.push({ node: row.node, cursor: cursor() }));
  const hasNextPage = hasMore || (edges.length > 0 && feeds.some((feed) => feed.mayRecover));
  const reports = feeds.map((feed) => feed.report);
  const goesOn = hasNextPage || edges.length > 0 || reports.some(({ ok }) => !ok);
  return {
    edges,
    endCursor: goesOn ? cursor() : null,
    hasNextPage,
    hasPreviousPage: page.after,
    sources: reports,
  };
}

/** Tells the newest rows, at most `first`. Answers whether there are more. */
async function collect<T>(feeds: Feed<T>[], first: number, tell: (row: Row<T>) => void): Promise<boolean> {
  for (let left = first; ; left--) {
    if (left === 0 && feeds.some(({ head }) => head)) return true;
    // One row more than are left tells whether there are more.
    await Promise.all(feeds.map((feed) => feed.fill(left + 1)));
    if (feeds.some(({ isCut }) => isCut)) return true;
    const row = left === 0 ? undefined : newestOf(feeds)?.take();
    if (!row) return feeds.some(({ head }) => head);
    tell(row);
  }
}

/** The feed whose next row comes first; undefined where no feed has one. */
function newestOf<T>(feeds: readonly Feed<T>[]): Feed<T> | undefined {
  let newest: Feed<T> | undefined;
  for (const feed of feeds) if (feed.head && (!newest || isBefore(feed, newest))) newest = feed;
  return newest;
}

function isBefore<T>(one: Feed<T>, other: Feed<T>): boolean {
  const [left, right] = [timeOf(one), timeOf(other)];
  return left === right ? one.key < other.key : left > right;
}

const timeOf = <T>({ head }: Feed<T>): number => head?.at?.getTime() ?? Number.NEGATIVE_INFINITY;

/** A source that is not there this time keeps its place for when it is again. */
function placesOf<T>(feeds: readonly Feed<T>[], page: MergedPageRequest): Map<string, string | null> {
  const places = new Map(page.places);
  for (const { key, place } of feeds) if (place !== undefined) places.set(key, place);
  return places;
}
