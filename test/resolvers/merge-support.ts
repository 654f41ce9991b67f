import { MlgraphError } from '../../src/domain/errors.ts';
import { readMergedPage } from '../../src/domain/merged-paging.ts';
import type { PageArgs } from '../../src/domain/paging.ts';
import { type MergeOptions, mergePages, type Source } from '../../src/resolvers/merge/index.ts';
import type { FakeClock } from './watch-support.ts';

export type Item = { id: string; at: number | null; passes: boolean };
type Mood = 'well' | 'down' | 'forbidden' | 'hanging';

const timeOf = ({ at }: Item) => at ?? Number.NEGATIVE_INFINITY;
const byAge = (a: Item, b: Item) => {
  const [left, right] = [timeOf(a), timeOf(b)];
  if (left !== right) return left > right ? -1 : 1;
  return a.id < b.id ? -1 : Number(a.id > b.id);
};

/** An upstream with a list that changes, pages of a fixed size, and days that are better than others. */
export class FakeSource implements Source<Item> {
  readonly provider = 'CHAPKIT' as const;
  readonly service: string;
  readonly key: string;
  readonly pageSize: number;
  items: Item[];
  mood: Mood = 'well';
  /** How long an answer takes. */
  delayMs = 0;
  reads = 0;
  readonly ended: unknown[] = [];
  readonly #clock: FakeClock;

  constructor(clock: FakeClock, key: string, items: Item[], pageSize = 10) {
    this.#clock = clock;
    this.service = key;
    this.key = key;
    this.items = items;
    this.pageSize = pageSize;
  }

  async read({ after, limit, signal }: Parameters<Source<Item>['read']>[0]) {
    this.reads++;
    await this.#answer(signal);
    const behind = this.items
      .toSorted(byAge)
      .filter((item) => after === null || byAge(item, placed(after)) > 0);
    const page = behind.slice(0, this.pageSize);
    const found = page.filter(({ passes }) => passes);
    const rows = found.slice(0, limit).map((node) => ({
      node,
      at: node.at === null ? null : new Date(node.at),
      place: placeOf(node),
    }));
    const last = found.length > rows.length ? found[rows.length - 1] : page.at(-1);
    const isEnd = behind.length === page.length && found.length === rows.length;
    return { rows, next: isEnd || !last ? null : placeOf(last) };
  }

  async #answer(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.ended.push(signal.reason), { once: true });
    if (this.delayMs > 0) await this.#clock.sleep(this.delayMs, signal);
    if (this.mood === 'hanging') await new Promise(() => {});
    if (this.mood === 'down')
      throw new MlgraphError('UPSTREAM_UNAVAILABLE', 'down', { retryAfterSeconds: 7 });
    if (this.mood === 'forbidden') throw new MlgraphError('FORBIDDEN', 'no');
  }
}

const placeOf = ({ at, id }: Item) => JSON.stringify([at, id]);
const placed = (place: string): Item => {
  const [at, id] = JSON.parse(place);
  return { at, id, passes: true };
};

/** In the order of the merged list: by time, by source, by the source's own order. */
export const merged = (sources: readonly FakeSource[]): string[] =>
  sources
    .flatMap(({ key, items }) => items.filter(({ passes }) => passes).map((item) => ({ key, item })))
    .toSorted((a, b) => {
      const [left, right] = [timeOf(a.item), timeOf(b.item)];
      if (left !== right) return left > right ? -1 : 1;
      if (a.key !== b.key) return a.key < b.key ? -1 : 1;
      return byAge(a.item, b.item);
    })
    .map(({ item }) => item.id);

/** One page, after which the clock stands where it came; whatever hangs hangs until the deadline. */
export async function pageOf(
  clock: FakeClock,
  sources: readonly FakeSource[],
  args: PageArgs = {},
  options: Partial<MergeOptions> = {},
) {
  const request = readMergedPage(args, 'ada', ['list']);
  const { signal } = new AbortController();
  let isOver = false;
  const page = mergePages(sources, request, { clock, signal, ...options }).finally(() => {
    isOver = true;
  });
  page.catch(() => {});
  for (let waited = 0; !isOver && waited < 10_000; waited += 100) await clock.advance(100);
  return page;
}

export const idsIn = (page: { edges: { node: Item }[] }) => page.edges.map(({ node }) => node.id);
