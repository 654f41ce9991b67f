import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FakeSource, type Item, idsIn, merged, pageOf } from './merge-support.ts';
import { FakeClock } from './watch-support.ts';

/** Few times, so that many are equal. */
const time = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 1_000 }), fc.constant(null));
const upstream = fc.record({
  times: fc.array(time, { maxLength: 60 }),
  pageSize: fc.integer({ min: 1, max: 30 }),
});
const upstreams = fc.array(upstream, { minLength: 1, maxLength: 4 });
const sizes = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 8 });
/** What comes between two pages: to which upstream, and when it was made. */
const arrivals = fc.array(fc.tuple(fc.nat(), time), { maxLength: 40 });
const moods = fc.array(fc.constantFrom('well', 'well', 'down', 'hanging', 'forbidden'), {
  minLength: 1,
  maxLength: 12,
});
const passes = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });

type Made = { times: (number | null)[]; pageSize: number }[];

function open(clock: FakeClock, made: Made, kept: boolean[] = [true]) {
  return made.map(({ times, pageSize }, source) => {
    const key = 'abcd'[source] ?? '';
    const items = times.map(
      (at, index): Item => ({ id: `${key}${index}`, at, passes: kept[index % kept.length] ?? true }),
    );
    return new FakeSource(clock, key, items, pageSize);
  });
}

type Walk = { sizes: number[]; arriving?: [number, number | null][]; before?(page: number): void };

/** All pages, while rows come in. */
async function walk(clock: FakeClock, sources: FakeSource[], { sizes, arriving = [], before }: Walk) {
  const pages = [];
  const coming = [...arriving];
  let after: string | null = null;
  let last = { hasNextPage: true, isWhole: true };
  for (let turn = 0; last.hasNextPage || !last.isWhole; turn++) {
    expect(turn).toBeLessThan(3_000);
    before?.(turn);
    const first = sizes[turn % sizes.length] ?? 1;
    const reads = sources.map((source) => source.reads);
    const page = await pageOf(clock, sources, { first, after });
    const asked = sources.map((source, index) => source.reads - (reads[index] ?? 0));
    pages.push({ page, first, asked });
    last = { hasNextPage: page.hasNextPage, isWhole: page.sources.every(({ ok }) => ok) };
    after = page.endCursor;
    for (const [at, when] of coming.splice(0, 3)) {
      const source = sources[at % sources.length];
      source?.items.push({ id: `new${source.items.length}${source.key}`, at: when, passes: true });
    }
  }
  return pages;
}

it('every row that was there at the start comes exactly once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(upstreams, sizes, arrivals, passes, async (made, sizes, arriving, kept) => {
      const clock = new FakeClock();
      const sources = open(clock, made, kept);
      const there = merged(sources);
      const pages = await walk(clock, sources, { sizes, arriving });
      const told = pages.flatMap(({ page }) => idsIn(page));
      expect(told.filter((id) => !id.startsWith('new'))).toEqual(there);
      expect(new Set(told).size).toBe(told.length);
      for (const { page, first } of pages) if (page.hasNextPage) expect(page.edges).toHaveLength(first);
    }),
    { numRuns: 150 },
  );
});

it('without a filter, each source is read at most one page more than its rows shown fill', async () => {
  await fc.assert(
    fc.asyncProperty(upstreams, sizes, async (made, sizes) => {
      const clock = new FakeClock();
      const sources = open(clock, made);
      for (const { page, asked } of await walk(clock, sources, { sizes })) {
        for (const [index, source] of sources.entries()) {
          const shown = idsIn(page).filter((id) => id.startsWith(source.key)).length;
          expect(asked[index]).toBeLessThanOrEqual(Math.ceil(shown / source.pageSize) + 1);
        }
      }
    }),
    { numRuns: 150 },
  );
});

it('what fails or hangs for a while loses nothing and repeats nothing, and each page is in order', async () => {
  await fc.assert(
    fc.asyncProperty(upstreams, sizes, arrivals, moods, async (made, sizes, arriving, moods) => {
      const clock = new FakeClock();
      const sources = open(clock, made);
      const there = merged(sources);
      const before = (turn: number) => {
        for (const [index, source] of sources.entries())
          source.mood = turn < 20 ? (moods[(turn + 5 * index) % moods.length] ?? 'well') : 'well';
      };
      const pages = await walk(clock, sources, { sizes, arriving, before });
      const told = pages.flatMap(({ page }) => idsIn(page));
      expect(told.filter((id) => !id.startsWith('new')).toSorted()).toEqual(there.toSorted());
      expect(new Set(told).size).toBe(told.length);
      for (const { page } of pages) {
        const times = page.edges.map(({ node }) => node.at ?? Number.NEGATIVE_INFINITY);
        expect(times).toEqual(times.toSorted((a, b) => b - a));
      }
    }),
    { numRuns: 60 },
  );
});

it('behind any edge the rest follows', async () => {
  await fc.assert(
    fc.asyncProperty(upstreams, fc.nat(), async (made, which) => {
      const clock = new FakeClock();
      const sources = open(clock, made);
      const there = merged(sources);
      const { edges } = await pageOf(clock, sources, { first: 100 });
      if (edges.length === 0) return;
      const at = which % edges.length;
      const next = await pageOf(clock, sources, { first: 100, after: edges[at]?.cursor });
      expect(idsIn(next)).toEqual(there.slice(at + 1, at + 101));
    }),
    { numRuns: 100 },
  );
});
