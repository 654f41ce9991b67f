import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listByAge, type ModelReads } from '../../src/datasources/azure-ml/model-list.ts';
import type { RegisteredModel } from '../../src/domain/models.ts';

/** A model and when its versions were made, the first one first. */
type Known = { name: string; versions: (number | null)[] };

/** A registry that lists by name, so many at a time. */
class Registry {
  models: Known[];
  pages = 0;
  readonly #pageSize: number;

  constructor(models: Known[], pageSize = 10) {
    this.models = models;
    this.#pageSize = pageSize;
  }

  get order(): string[] {
    const at = ({ versions }: Known) => versions.at(-1) ?? Number.NEGATIVE_INFINITY;
    const byAge = (a: Known, b: Known) =>
      at(a) === at(b) ? (a.name < b.name ? -1 : 1) : at(a) > at(b) ? -1 : 1;
    return this.models.toSorted(byAge).map(({ name }) => name);
  }

  readonly #reads: ModelReads = {
    page: async (token) => {
      this.pages++;
      const behind = this.models
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .filter(({ name }) => !token || name > token);
      const shown = behind.slice(0, this.#pageSize);
      const items = shown.map(({ name, versions }) => ({
        name,
        properties: { latestVersion: String(versions.length) },
        systemData: versions[0] == null ? null : { createdAt: new Date(versions[0]).toISOString() },
      }));
      return { items, next: behind.length > shown.length ? (shown.at(-1)?.name ?? null) : null };
    },
    latestAt: async ({ name }) => this.#versions(name).at(-1) ?? null,
    latestAtTime: async ({ name }, time) =>
      this.#versions(name).findLast((at) => at !== null && at <= time) ?? null,
    latest: async ({ name }) => ({ name, version: String(this.#versions(name).length) }) as RegisteredModel,
  };

  #versions(name: string): (number | null)[] {
    return this.models.find((model) => model.name === name)?.versions ?? [];
  }

  list = (after: string | null, limit: number) => listByAge(this.#reads, () => true, { after, limit });
}

async function walk(registry: Registry, limit: number, between: () => void = () => {}): Promise<string[]> {
  const told: string[] = [];
  for (let after: string | null = null; ; between()) {
    const { rows, next } = await registry.list(after, limit);
    told.push(...rows.map(({ node }) => node.name));
    if (next === null) return told;
    expect(next).not.toBe(after);
    after = next;
  }
}

const time = fc.oneof(fc.integer({ min: 1_000, max: 1_020 }), fc.integer({ min: 1_000, max: 9_000 }));
const models = fc
  .array(fc.oneof(fc.array(time, { minLength: 1, maxLength: 3 }), fc.constant([null])), { maxLength: 150 })
  .map((all) =>
    all.map((versions, index): Known => {
      // In another order than their names.
      const name = `m${(index * 7_919) % 1_009}`;
      return { name, versions: versions.toSorted((a, b) => (a ?? 0) - (b ?? 0)) };
    }),
  );

describe('the list of models', () => {
  it('is newest first, by the latest version of each', async () => {
    await fc.assert(
      fc.asyncProperty(models, fc.integer({ min: 1, max: 101 }), async (all, limit) => {
        const registry = new Registry(all);
        expect(await walk(registry, limit)).toEqual(registry.order);
      }),
      { numRuns: 100 },
    );
  });

  it('loses and repeats none while models come in, and others get new versions', async () => {
    await fc.assert(
      fc.asyncProperty(
        models,
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.nat()),
        async (all, limit, chances) => {
          const registry = new Registry(all);
          const there = registry.order;
          let now = 10_000;
          const told = await walk(registry, limit, () => {
            const chance = chances.pop();
            if (chance === undefined) return;
            now++;
            const model = registry.models[chance % Math.max(1, registry.models.length)];
            if (chance % 2 === 0 && model && model.versions[0] !== null) model.versions.push(now);
            else registry.models.push({ name: `m${chance % 97}-${now}`, versions: [now] });
          });
          expect(told.filter((name) => !name.includes('-'))).toEqual(there);
          expect(new Set(told).size).toBe(told.length);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of a large workspace comes by the block, each model once', async () => {
    const all = Array.from({ length: 450 }, (_, index) => ({
      name: `m${index}`,
      versions: [1_000 + ((index * 7) % 450)],
    }));
    const registry = new Registry(all);
    const told = await walk(registry, 26);
    expect(told.toSorted()).toEqual(all.map(({ name }) => name).toSorted());
    const first = new Registry(all);
    await first.list(null, 26);
    expect(first.pages).toBe(20);
  });

  it.each(['', 'x', '{}', '[null]', '[1,null,null]', '[null,["a","b"],null]'])(
    'begins at no forged place: %s',
    async (place) => {
      await expect(new Registry([]).list(place, 10)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        details: { field: 'after' },
      });
    },
  );
});
