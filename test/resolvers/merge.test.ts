import { describe, expect, it } from 'vitest';
import { badInput, MlgraphError, unauthenticated } from '../../src/domain/errors.ts';
import { readMergedPage } from '../../src/domain/merged-paging.ts';
import { type MergeOptions, mergePages } from '../../src/resolvers/merge/index.ts';
import { FakeSource, type Item, idsIn, pageOf } from './merge-support.ts';
import { FakeClock } from './watch-support.ts';

const item = (id: string, at: number | null, passes = true): Item => ({ id, at, passes });
const items = (prefix: string, times: (number | null)[]) =>
  times.map((at, index) => item(`${prefix}${index}`, at));

/** Two upstreams whose rows alternate: b0 a0 b1 a1 … */
function scene(count = 6) {
  const clock = new FakeClock();
  const times = Array.from({ length: count }, (_, index) => 1_000 - 2 * index);
  const a = new FakeSource(
    clock,
    'a',
    items(
      'a',
      times.map((at) => at - 1),
    ),
  );
  const b = new FakeSource(clock, 'b', items('b', times));
  const pageWith = (args = {}, options: Partial<MergeOptions> = {}) => pageOf(clock, [a, b], args, options);
  return { clock, a, b, pageWith };
}
const well = (service: string) => ({ provider: 'CHAPKIT', service, ok: true, code: null });

describe('a merged page', () => {
  it('has the newest of all, and goes on behind any of its edges', async () => {
    const { pageWith } = scene(3);
    const first = await pageWith({ first: 4 });
    expect(idsIn(first)).toEqual(['b0', 'a0', 'b1', 'a1']);
    expect(first).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(first.sources).toMatchObject([well('a'), well('b')]);
    const rest = ['b0', 'a0', 'b1', 'a1', 'b2', 'a2'];
    for (const [index, { cursor }] of first.edges.entries()) {
      const next = await pageWith({ first: 10, after: cursor });
      expect(idsIn(next)).toEqual(rest.slice(index + 1));
      expect(next).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    }
    expect(first.endCursor).toBe(first.edges.at(-1)?.cursor);
  });

  it('orders rows of one time by source, those without a time last', async () => {
    const clock = new FakeClock();
    const a = new FakeSource(clock, 'a', items('a', [5, 5, null]));
    const b = new FakeSource(clock, 'b', items('b', [5, 7, null]));
    expect(idsIn(await pageOf(clock, [b, a]))).toEqual(['b1', 'a0', 'a1', 'b0', 'a2', 'b2']);
  });

  it('knows its end without another read where the sources tell it', async () => {
    const { a, b, pageWith } = scene(2);
    expect(await pageWith({ first: 4 })).toMatchObject({ hasNextPage: false });
    expect([a.reads, b.reads]).toEqual([1, 1]);
  });

  it('asks no source again that has come to its end', async () => {
    const { a, b, pageWith } = scene();
    a.items = [];
    const first = await pageWith({ first: 2 });
    a.items = items('late', [2_000]);
    const second = await pageWith({ first: 10, after: first.endCursor });
    expect(idsIn(second)).toEqual(['b2', 'b3', 'b4', 'b5']);
    expect([a.reads, b.reads]).toEqual([1, 2]);
    expect(second.sources).toMatchObject([well('a'), well('b')]);
  });

  it('is empty without sources, or without rows', async () => {
    const clock = new FakeClock();
    const nothing = { edges: [], endCursor: null, hasNextPage: false };
    expect(await pageOf(clock, [])).toMatchObject({ ...nothing, sources: [] });
    const empty = new FakeSource(clock, 'a', []);
    expect(await pageOf(clock, [empty])).toMatchObject({ ...nothing, sources: [well('a')] });
  });

  it('is full though most rows are passed over', async () => {
    const clock = new FakeClock();
    const rare = Array.from({ length: 200 }, (_, index) => item(`a${index}`, -index, index % 40 === 39));
    const page = await pageOf(clock, [new FakeSource(clock, 'a', rare)], { first: 4 });
    expect(idsIn(page)).toEqual(['a39', 'a79', 'a119', 'a159']);
    expect(page.hasNextPage).toBe(true);
  });
});

describe('what was passed over', () => {
  it('is not read again by those who go on, though nothing behind it was shown', async () => {
    const clock = new FakeClock();
    const passed = Array.from({ length: 30 }, (_, index) => item(`p${index}`, 900 - index, false));
    const a = new FakeSource(clock, 'a', [...passed, item('old', 1)]);
    const b = new FakeSource(clock, 'b', items('b', [9, 8, 7]));
    const first = await pageOf(clock, [a, b], { first: 2 });
    const reads = a.reads;
    const rest = await pageOf(clock, [a, b], { after: first.edges[1]?.cursor });
    expect([first, rest].map(idsIn)).toEqual([
      ['b0', 'b1'],
      ['b2', 'old'],
    ]);
    expect(a.reads - reads).toBe(1);
  });
});

describe('a source', () => {
  it.each([
    ['down', { code: 'UPSTREAM_UNAVAILABLE', message: 'down', retryAfterSeconds: 7 }],
    ['forbidden', { code: 'FORBIDDEN', message: 'no', retryAfterSeconds: null }],
    ['hanging', { code: 'UPSTREAM_TIMEOUT', retryAfterSeconds: null }],
  ] as const)('that is %s leaves its report, and the rest is there', async (mood, report) => {
    const { clock, a, pageWith } = scene();
    a.mood = mood;
    const start = clock.now();
    const page = await pageWith({ first: 3 });
    expect(idsIn(page)).toEqual(['b0', 'b1', 'b2']);
    expect(page).toMatchObject({ hasNextPage: true });
    expect(page.sources).toMatchObject([{ service: 'a', ok: false, ...report }, well('b')]);
    expect(clock.now() - start).toBeLessThanOrEqual(mood === 'hanging' ? 3_100 : 100);
  });

  it('that hangs is told to stop at the deadline', async () => {
    const { a, pageWith } = scene();
    a.mood = 'hanging';
    await pageWith({}, { deadlineMs: 500 });
    expect(a.ended).toMatchObject([{ code: 'UPSTREAM_TIMEOUT' }]);
  });

  it('that comes back shows its rows with the next page, each once', async () => {
    const { a, pageWith } = scene(3);
    a.mood = 'down';
    const first = await pageWith({ first: 2 });
    a.mood = 'well';
    const second = await pageWith({ first: 10, after: first.endCursor });
    expect([first, second].map(idsIn)).toEqual([
      ['b0', 'b1'],
      ['a0', 'a1', 'b2', 'a2'],
    ]);
    expect(second.sources).toMatchObject([well('a'), well('b')]);
  });

  it.each([
    ['down', [true, false]],
    ['forbidden', [false]],
  ] as const)('that stays %s lets the walk end', async (mood, nexts) => {
    const { a, pageWith } = scene(3);
    a.mood = mood;
    const told: boolean[] = [];
    let after: string | null = null;
    do {
      const page = await pageWith({ first: 10, after });
      told.push(page.hasNextPage);
      after = page.endCursor;
    } while (told.at(-1));
    expect(told).toEqual(nexts);
    a.mood = 'well';
    expect(idsIn(await pageWith({ after }))).toEqual(['a0', 'a1', 'a2']);
  });

  it('may give rows and a failure beside them', async () => {
    const { clock, a, b } = scene(1);
    const half = {
      provider: a.provider,
      service: a.service,
      key: a.key,
      read: async (request: Parameters<FakeSource['read']>[0]) => ({
        ...(await a.read(request)),
        failure: new MlgraphError('UPSTREAM_ERROR', 'half'),
      }),
    };
    const page = await mergePages([half, b], readMergedPage({}, 'ada', ['list']), {
      clock,
      signal: new AbortController().signal,
    });
    expect(idsIn(page)).toEqual(['b0', 'a0']);
    expect(page.sources).toMatchObject([{ service: 'a', ok: false, code: 'UPSTREAM_ERROR' }, well('b')]);
  });

  it('that passes over more than there is time for makes the page short, and the next goes on from there', async () => {
    const { clock, a, b, pageWith } = scene(1);
    a.items = Array.from({ length: 100 }, (_, index) => item(`a${index}`, 999 - index, index === 70));
    a.delayMs = 1_000;
    const start = clock.now();
    const first = await pageWith({ first: 5 });
    expect(clock.now() - start).toBeLessThanOrEqual(3_100);
    expect(idsIn(first)).toEqual([]);
    expect(first).toMatchObject({ hasNextPage: true, sources: [well('a'), well('b')] });
    const ids: string[] = [];
    for (let page = first; page.hasNextPage; ids.push(...idsIn(page)))
      page = await pageWith({ first: 5, after: page.endCursor });
    expect(ids).toEqual(['b0', 'a70']);
    expect(b.reads).toBeGreaterThan(0);
  });

  it('that fails midway ends the page where its rows end', async () => {
    const { clock, b } = scene(6);
    const a = new FakeSource(clock, 'a', items('a', [999, 997, 995]), 1);
    const read = a.read.bind(a);
    a.read = (request) => {
      if (a.reads === 2) a.mood = 'down';
      return read(request);
    };
    const first = await pageOf(clock, [a, b], { first: 10 });
    expect(idsIn(first)).toEqual(['b0', 'a0', 'b1', 'a1']);
    expect(first).toMatchObject({ hasNextPage: true });
    expect(first.sources).toMatchObject([
      { service: 'a', ok: false, code: 'UPSTREAM_UNAVAILABLE' },
      well('b'),
    ]);
    a.mood = 'well';
    const second = await pageOf(clock, [a, b], { first: 10, after: first.endCursor });
    expect(idsIn(second)).toEqual(['b2', 'a2', 'b3', 'b4', 'b5']);
  });

  it('that leads nowhere is no endless loop', async () => {
    const { clock, b } = scene(1);
    const a = {
      provider: 'AZURE_ML',
      service: null,
      key: 'a',
      read: async ({ after }: { after: string | null }) => ({ rows: [], next: after ?? 'x' }),
    } as const;
    const page = await mergePages<Item>([a, b], readMergedPage({}, 'ada', ['list']), {
      clock,
      signal: new AbortController().signal,
    });
    expect(page.sources).toMatchObject([
      { provider: 'AZURE_ML', ok: false, code: 'UPSTREAM_ERROR' },
      well('b'),
    ]);
  });
});

describe('what is no report', () => {
  it.each([
    ['a bug', new TypeError('bug')],
    ['a refused credential', unauthenticated('no')],
    ['a place that is none', badInput('after', 'no')],
  ])('is thrown: %s', async (_, error) => {
    const { clock, b } = scene(1);
    const a = { provider: 'AZURE_ML' as const, service: null, key: 'a', read: () => Promise.reject(error) };
    const { signal } = new AbortController();
    await expect(
      mergePages<Item>([a, b], readMergedPage({}, 'ada', ['list']), { clock, signal }),
    ).rejects.toBe(error);
  });

  it('is the end of the operation', async () => {
    const { clock, a, b } = scene(1);
    a.mood = 'hanging';
    const ending = new AbortController();
    const page = mergePages([a, b], readMergedPage({}, 'ada', ['list']), { clock, signal: ending.signal });
    ending.abort(new Error('gone'));
    await expect(page).rejects.toThrow('gone');
    expect(clock.sleeping).toBe(0);
  });
});

describe('a cursor', () => {
  it('belongs to its caller and its query', async () => {
    const { endCursor } = await scene().pageWith({ first: 2 });
    const after = endCursor;
    expect(readMergedPage({ after }, 'ada', ['list']).places.size).toBe(2);
    for (const [owner, query] of [
      ['ben', ['list']],
      ['ada', ['other']],
    ] as const) {
      expect(() => readMergedPage({ after }, owner, query)).toThrow(
        /not a cursor of this list for this caller/,
      );
    }
    expect(() => readMergedPage({ first: 101 }, 'ada', ['list'])).toThrow(/from 1 to 100/);
  });

  it.each(['x', '', 'WzFd', Buffer.from('null').toString('base64url')])('%j is none', (after) => {
    expect(() => readMergedPage({ after }, 'ada', ['list'])).toThrow(/not a cursor/);
  });

  it('keeps the place of a source that is not there for a while', async () => {
    const { clock, a, b, pageWith } = scene(3);
    const first = await pageWith({ first: 2 });
    const second = await pageOf(clock, [b], { first: 1, after: first.endCursor });
    const third = await pageWith({ first: 10, after: second.endCursor });
    expect([first, second, third].map(idsIn)).toEqual([['b0', 'a0'], ['b1'], ['a1', 'b2', 'a2']]);
    expect(a.reads).toBe(2);
  });
});
