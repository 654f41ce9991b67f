import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plane } from '../../src/datasources/azure-ml/connection.ts';
import { listRuns } from '../../src/datasources/azure-ml/run-list.ts';
import { MlgraphError } from '../../src/domain/errors.ts';
import type { AzureRun, RunFilter } from '../../src/domain/runs.ts';

type Known = {
  name: string;
  createdAt: number;
  startedAt: number | null;
  isTrial: boolean;
  isWanted: boolean;
};
const startOf = ({ startedAt, createdAt }: Known) => startedAt ?? createdAt;
type Body = { filter: string; max_results: number; page_token?: string };

/** A workspace whose search orders by the start alone, and pages by an offset. */
class Workspace {
  runs: Known[];
  readonly #pageSize: number;
  searches = 0;
  records = 0;

  constructor(runs: Known[], pageSize = 200) {
    this.runs = runs;
    this.#pageSize = pageSize;
  }

  /** Top-level runs that are wanted, by when they were made. */
  get order(): string[] {
    const keyOf = (run: Known) => Math.min(run.createdAt, startOf(run));
    return this.runs
      .filter(({ isTrial, isWanted }) => !isTrial && isWanted)
      .toSorted((a, b) => keyOf(b) - keyOf(a) || (a.name < b.name ? -1 : 1))
      .map(({ name }) => name);
  }

  async list(filter: RunFilter, after: string | null, limit: number) {
    const mlflow = (async ({ json }: { json: Body }) => this.#search(json)) as unknown as Plane;
    const parts = {
      connection: { mlflow },
      experiments: { all: async () => [{ experiment_id: 'e' }] },
      runs: { present: async (names: string[]) => this.#present(names) },
      metrics: { prime: () => {} },
    } as unknown as Parameters<typeof listRuns>[0];
    return listRuns(parts, filter, { after, limit });
  }

  #search({ filter, max_results, page_token }: Body) {
    this.searches++;
    const bound = (operator: string) =>
      Number(new RegExp(`start_time ${operator} (\\d+)`).exec(filter)?.[1] ?? Number.NaN);
    const [from, since] = [bound('<='), bound('>=')];
    const found = this.runs
      .filter((run) => !(startOf(run) > from) && !(startOf(run) < since))
      .toSorted((a, b) => startOf(b) - startOf(a));
    const start = Number(page_token ?? 0);
    const end = start + Math.min(max_results, this.#pageSize);
    const runs = found.slice(start, end).map((run) => ({
      info: { run_id: run.name, start_time: startOf(run) },
      data: { tags: run.isTrial ? [{ key: 'mlflow.parentRunId', value: 'parent' }] : [] },
    }));
    return { runs, next_page_token: end < found.length ? String(end) : '' };
  }

  #present(names: string[]): AzureRun[] {
    this.records += names.length;
    return names.flatMap((name) => {
      const run = this.runs.find((one) => one.name === name);
      if (!run) return [];
      const { createdAt, startedAt, isWanted } = run;
      const at = {
        createdAt: new Date(createdAt),
        startedAt: startedAt === null ? null : new Date(startedAt),
      };
      return [{ name, ...at, status: isWanted ? 'COMPLETED' : 'FAILED' } as AzureRun];
    });
  }
}

const filter: RunFilter = { status: ['COMPLETED', 'RUNNING'] };

async function walk(workspace: Workspace, limit: number, between: () => void = () => {}): Promise<string[]> {
  const told: string[] = [];
  let after: string | null = null;
  for (let turn = 0; turn < 2_000; turn++) {
    const { rows, next } = await workspace.list(filter, after, limit);
    told.push(...rows.map(({ node }) => node.name));
    if (next === null) return told;
    expect(next).not.toBe(after);
    after = next;
    between();
  }
  throw new Error('the walk does not end');
}

const known = fc.record({
  createdAt: fc.integer({ min: 1_000, max: 1_400 }),
  queuedFor: fc.oneof(fc.constant(0), fc.integer({ min: -3, max: 200 }), fc.constant(null)),
  isTrial: fc.boolean(),
  isWanted: fc.integer({ min: 0, max: 9 }),
});
const workspaces = fc.record({
  known: fc.array(known, { maxLength: 400, size: 'max' }),
  /** How rare the wanted ones are: from all to one in ten. */
  rarity: fc.integer({ min: 0, max: 9 }),
  pageSize: fc.constantFrom(5, 20, 60, 200),
  limit: fc.integer({ min: 1, max: 101 }),
});
type Made = typeof workspaces extends fc.Arbitrary<infer T> ? T : never;
const open = (made: Made) =>
  new Workspace(
    made.known.map(({ createdAt, queuedFor, isTrial, isWanted }, index) => ({
      name: `r${index}`,
      createdAt,
      startedAt: queuedFor === null ? null : createdAt + queuedFor,
      isTrial,
      isWanted: isWanted >= made.rarity,
    })),
    made.pageSize,
  );

describe('the list of runs', () => {
  it('tells each once, by when they were made, though the search orders by their start', async () => {
    await fc.assert(
      fc.asyncProperty(workspaces, async (made) => {
        const workspace = open(made);
        expect(await walk(workspace, made.limit)).toEqual(workspace.order);
      }),
      { numRuns: 100 },
    );
  });

  it('loses and repeats none while runs come in, and queued ones begin', async () => {
    await fc.assert(
      fc.asyncProperty(workspaces, fc.infiniteStream(fc.nat(1_000)), async (made, chance) => {
        const workspace = open(made);
        const there = workspace.order;
        let now = 2_000;
        const draw = () => chance.next().value ?? 0;
        const told = await walk(workspace, made.limit, () => {
          if (now >= 2_200) return;
          now++;
          const queued = workspace.runs.filter(({ startedAt }) => startedAt === null);
          const begins = queued[draw() % Math.max(1, queued.length)];
          if (begins) begins.startedAt = now;
          const [isTrial, isQueued] = [draw() % 2 === 0, draw() % 2 === 0];
          const startedAt = isQueued ? null : now;
          workspace.runs.push({ name: `new${now}`, createdAt: now, startedAt, isTrial, isWanted: true });
        });
        expect(told.filter((name) => !name.startsWith('new'))).toEqual(there);
        expect(new Set(told).size).toBe(told.length);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a page of runs', () => {
  const runs = (count: number): Known[] =>
    Array.from({ length: count }, (_, index) => {
      const createdAt = 10_000 - 10 * index;
      return { name: `r${index}`, createdAt, startedAt: createdAt + 5, isTrial: false, isWanted: true };
    });

  it('near the top costs one search, further down one more for what has begun since', async () => {
    const workspace = new Workspace(runs(600));
    let after: string | null = null;
    const costs: number[] = [];
    for (let page = 0; page < 10; page++) {
      const before = workspace.searches;
      const slice = await workspace.list({}, after, 26);
      after = slice.rows[24]?.place ?? null;
      costs.push(workspace.searches - before);
    }
    expect(costs).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
  });

  it('reads no more records than it needs', async () => {
    const workspace = new Workspace(runs(600));
    await workspace.list({}, null, 26);
    expect(workspace.records).toBe(100);
  });

  it('finds the one wanted run among a thousand that began while it was queued', async () => {
    const others = runs(1_000).map((run) => ({ ...run, isWanted: false }));
    const queued = { name: 'queued', createdAt: 1, startedAt: 9_999, isTrial: false, isWanted: true };
    const workspace = new Workspace([...others, queued]);
    expect(await walk(workspace, 26)).toEqual(['queued']);
  });

  it.each(['', 'x', '{}', '[1]', '[[1,"a b"],null,[]]', '[null,["1",2],[]]', '[null,null,["../x"]]'])(
    'begins at no forged place: %s',
    async (place) => {
      const workspace = new Workspace(runs(3));
      const error = await workspace.list({}, place, 10).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(MlgraphError);
      expect(error).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'after' } });
      expect(workspace.searches).toBe(0);
    },
  );
});
