import fc from 'fast-check';
import { execute, type GraphQLSchema, isObjectType, parse, validate } from 'graphql';
import { createSchema } from 'graphql-yoga';
import { expect, test } from 'vitest';
import { costOf } from '../../src/schema/cost.ts';

const fields = /* GraphQL */ `
  id: ID!
  uri: String
  parent: Thing
  parts: [Thing]
  things(first: Int): ThingConnection
  many(ids: [ID!]!): [Thing]!
`;
const typeDefs = /* GraphQL */ `
  type Query { ${fields} }
  type Thing { ${fields} }
  type ThingConnection { nodes: [Thing!]! edges: [ThingEdge!]! }
  type ThingEdge { node: Thing! }
`;

/** Each resolver counts the calls that it makes; `uri` asks for all that are wanted in one turn at once. */
function countingSchema() {
  const state = { calls: 0, batch: null as Promise<void> | null };
  const call = (result: unknown) => {
    state.calls++;
    return result;
  };
  const batched = async () => {
    state.batch ??= new Promise<void>(setImmediate).then(() => {
      state.batch = null;
      state.calls++;
    });
    await state.batch;
    return 'uri';
  };
  const page = (first: number) => {
    state.calls += Math.max(1, Math.ceil(first / 25));
    const nodes = Array.from({ length: first }, () => ({}));
    return { nodes, edges: nodes.map((node) => ({ node })) };
  };
  const own = {
    id: () => 'id',
    uri: batched,
    parent: () => call({}),
    parts: () => Array.from({ length: 10 }, () => ({})),
    things: (_: unknown, { first }: { first?: number | null }) => page(first ?? 25),
    many: (_: unknown, { ids }: { ids: string[] }) => ids.map(() => call({})),
  };
  const schema = createSchema({ typeDefs, resolvers: { Query: own, Thing: own } });
  weigh(schema);
  return { schema, state };
}

function weigh(schema: GraphQLSchema): void {
  const weights = { id: 0, uri: { page: 1 }, parent: 1, parts: 0, things: 1, many: 1 };
  for (const name of ['Query', 'Thing']) {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(name);
    for (const [field, cost] of Object.entries(weights)) {
      const found = type.getFields()[field];
      if (found) found.extensions = { ...found.extensions, cost };
    }
  }
}

/** Selections of a Thing; `@` stands for an alias of its own. */
const selections = (depth: number): fc.Arbitrary<string> => {
  const leaf = fc.constantFrom(
    'id',
    '@uri',
    '@uri @skip(if: true)',
    '... @include(if: $no) { @parent { id } }',
  );
  if (depth === 0) return fc.array(leaf, { minLength: 1, maxLength: 2 }).map((all) => all.join(' '));
  const below = selections(depth - 1);
  const size = fc.oneof(
    fc.integer({ min: 0, max: 3 }).map((first) => `(first: ${first})`),
    fc.constant('(first: $n)'),
  );
  const ids = fc.integer({ min: 0, max: 3 }).map((count) => `(ids: [${'"x" '.repeat(count)}])`);
  const field = fc.oneof(
    leaf,
    below.map((of) => `@parent { ${of} }`),
    below.map((of) => `@parts { ${of} }`),
    below.map((of) => `... on Thing { ${of} }`),
    fc.tuple(size, below).map(([of, each]) => `@things${of} { nodes { ${each} } }`),
    fc
      .tuple(size, below, below)
      .map(([of, one, two]) => `@things${of} { nodes { ${one} } edges { node { ${two} } } }`),
    fc.tuple(ids, below).map(([of, each]) => `@many${of} { ${each} }`),
    fc.constantFrom('...A', '...B'),
  );
  return fc.array(field, { minLength: 1, maxLength: 3 }).map((all) => all.join(' '));
};

const asked = fc
  .tuple(selections(2), selections(1), selections(0))
  .map(([root, a, b]) => {
    let aliases = 0;
    const source = `query ($n: Int, $no: Boolean = false) { @parent { ${root} ...A ...B } @things(first: $n) { nodes { id @skip(if: $no) } } }
      fragment A on Thing { ${a.replaceAll('...A', '')} id } fragment B on Thing { ${b} }`;
    return source.replaceAll(/@(?=(uri|parent|parts|things|many)\b)/g, () => `a${aliases++}: `);
  })
  .map((source) => ({ source, document: parse(source) }));

const { schema, state } = countingSchema();
const isValid = ({ document }: { document: ReturnType<typeof parse> }) =>
  validate(schema, document).length === 0;
const priceOf = (document: ReturnType<typeof parse>, n: number | null) =>
  costOf(schema, { document, variables: { n } });

test('no operation makes more calls than it costs', async () => {
  let told = 0;
  await fc.assert(
    fc.asyncProperty(asked.filter(isValid), fc.integer({ min: 0, max: 3 }), async ({ document }, n) => {
      state.calls = 0;
      const { errors } = await execute({ schema, document, variableValues: { n } });
      expect(errors).toBeUndefined();
      expect(priceOf(document, n)).toBeGreaterThanOrEqual(state.calls);
      told += state.calls;
    }),
    { numRuns: 150 },
  );
  expect(told).toBeGreaterThan(1_000);
});

test('who asks for more pays no less, and nobody nothing', () => {
  const size = fc.integer({ min: 0, max: 1_000 });
  fc.assert(
    fc.property(asked.filter(isValid), size, size, ({ document }, n, more) => {
      const price = priceOf(document, n);
      expect(price).toBeGreaterThanOrEqual(1);
      expect(priceOf(document, n + more)).toBeGreaterThanOrEqual(price);
      expect(priceOf(document, null)).toBe(priceOf(document, 25));
    }),
    { numRuns: 300 },
  );
});

test('it makes no difference whether selections stand in a fragment', () => {
  fc.assert(
    fc.property(selections(2), fc.integer({ min: 0, max: 100 }), (source, n) => {
      let aliases = 0;
      const of = source
        .replaceAll(/\.\.\.[AB]/g, 'id')
        .replaceAll(/@(?=(uri|parent|parts|things|many)\b)/g, () => `a${aliases++}: `);
      const head = 'query ($n: Int, $no: Boolean = false)';
      const inline = priceOf(parse(`${head} { parent { ${of} } }`), n);
      expect(priceOf(parse(`${head} { parent { ...F } } fragment F on Thing { ${of} }`), n)).toBe(inline);
      expect(
        priceOf(
          parse(
            `${head} { parent { ...F ...G } } fragment F on Thing { id ...G } fragment G on Thing { ${of} }`,
          ),
          n,
        ),
      ).toBe(inline);
    }),
    { numRuns: 200 },
  );
});
