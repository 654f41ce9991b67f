import {
  type ExecutionResult,
  executeSubscriptionEvent,
  GraphQLEnumType,
  GraphQLError,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  parse,
  validateSubscriptionArgs,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { createLeafEvents, type ValidArgs } from '../../src/server/leaf-events.ts';

type Event = { kind: string; text: string | null; mood?: unknown; number?: unknown };
const calls: Record<string, number> = {};
const counted = <T>(
  name: string,
  resolve: (event: Event, args: { by: number }, context: { me: string }) => T,
) => {
  return (event: Event, args: { by: number }, context: { me: string }): T => {
    calls[name] = (calls[name] ?? 0) + 1;
    return resolve(event, args, context);
  };
};

const Mood = new GraphQLEnumType({ name: 'Mood', values: { GLAD: { value: 1 }, SAD: { value: 2 } } });
const Even = new GraphQLScalarType({
  name: 'Even',
  coerceOutputValue: (value) => {
    if (Number(value) % 2 !== 0) throw new GraphQLError('Even: an even number was expected.');
    return value;
  },
});
const own = { kind: { type: new GraphQLNonNull(GraphQLString) } };
const Happening = new GraphQLInterfaceType({
  name: 'Happening',
  fields: own,
  resolveType: ({ kind }: Event) => kind,
});
const Word: GraphQLObjectType = new GraphQLObjectType({
  name: 'Word',
  interfaces: [Happening],
  fields: () => ({
    ...own,
    text: { type: GraphQLString },
    surely: { type: new GraphQLNonNull(GraphQLString), resolve: ({ text }: Event) => text },
    mood: { type: Mood },
    number: { type: Even },
    length: {
      type: GraphQLInt,
      args: { by: { type: new GraphQLNonNull(GraphQLInt), default: { value: 1 } } },
      resolve: ({ text }: Event, { by }: { by: number }) => (text?.length ?? 0) * by,
    },
    fails: {
      type: GraphQLString,
      resolve: counted('fails', () => {
        throw new GraphQLError('It fails.');
      }),
    },
    givesError: { type: GraphQLString, resolve: () => new GraphQLError('It is given.') },
    waits: { type: GraphQLString, resolve: counted('waits', async (_, __, { me }) => me) },
    asks: { type: GraphQLString, resolve: (_: Event, __: object, { me }: { me: string }) => me },
    same: { type: Word, resolve: (event: Event) => event },
  }),
});
const Pause = new GraphQLObjectType({
  name: 'Pause',
  interfaces: [Happening],
  fields: { ...own, same: { type: Word } },
});
const Checked = new GraphQLObjectType({
  name: 'Checked',
  interfaces: [Happening],
  fields: own,
  isTypeOf: () => true,
});
const schema = new GraphQLSchema({
  types: [Word, Pause, Checked],
  query: new GraphQLObjectType({ name: 'Query', fields: { no: { type: GraphQLString } } }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: {
      happenings: { type: new GraphQLNonNull(Happening), resolve: (event) => event },
      words: { type: Word, resolve: (event) => event },
      texts: { type: GraphQLString, resolve: ({ text }: Event) => text },
      late: { type: Word, resolve: async (event: Event) => event },
      mine: {
        type: Word,
        resolve: (_: Event, __: object, { me }: { me: string }) => ({ kind: me, text: me }),
      },
    },
  }),
});

const contextValue = { me: 'Ada' };
function stage(source: string, variableValues: Record<string, unknown> = {}) {
  const args = {
    schema,
    document: parse(`subscription ($yes: Boolean = true, $by: Int = 1) ${source}`),
    variableValues,
    contextValue,
  };
  const valid = validateSubscriptionArgs(args) as ValidArgs;
  expect(valid).toHaveProperty('schema');
  const leaves = createLeafEvents(valid);
  const inFull = async (event: unknown): Promise<ExecutionResult> =>
    await executeSubscriptionEvent({ ...valid, rootValue: event });
  return { leaves, inFull };
}
const plain = (result: unknown) => JSON.stringify(result);
const word: Event = { kind: 'Word', text: 'whale', mood: 2, number: 4 };

describe('an event of which nothing but leaves is selected is read as graphql-js executes it', () => {
  test.each([
    '{ happenings { kind __typename } }',
    '{ happenings { __typename ... on Word { text mood number } ... on Pause { same { text } } } }',
    '{ h: happenings { a: kind b: kind ...W } } fragment W on Word { text text c: text ... on Happening { kind } }',
    '{ words { text @skip(if: $yes) kind @include(if: $yes) mood } }',
    '{ words { length twice: length(by: 2) } }',
    '{ words { surely } }',
    '{ words { text @skip(if: true) } }',
  ])('%s', async (source) => {
    const { leaves, inFull } = stage(source);
    for (const event of [word, { ...word, mood: null }, { ...word, text: '' }]) {
      const read = leaves(event);
      expect(read).not.toBeNull();
      expect(plain(read)).toBe(plain(await inFull(event)));
    }
  });

  test('by the type of each', async () => {
    const { leaves, inFull } = stage(
      '{ happenings { kind ... on Word { text } ... on Pause { same { text } } } }',
    );
    expect(leaves({ kind: 'Pause', same: word })).toBeNull();
    expect(plain(leaves(word))).toBe(plain(await inFull(word)));
  });

  test('with variables', async () => {
    const { leaves, inFull } = stage('{ words { text @skip(if: $yes) kind } }', { yes: false });
    expect(plain(leaves(word))).toBe(plain(await inFull(word)));
    expect(plain(leaves(word))).toContain('whale');
  });
});

describe('an event that takes more is left to graphql-js', () => {
  test.each([
    ['an object', '{ words { same { text } } }', word],
    ['no object at all', '{ texts }', word],
    ['a failure', '{ words { text fails } }', word],
    ['an error that is given', '{ words { givesError } }', word],
    ['a promise', '{ words { waits } }', word],
    ['a look at the context', '{ words { asks } }', word],
    ['null where there must be something', '{ words { surely } }', { ...word, text: null }],
    ['what the enum does not know', '{ words { mood } }', { ...word, mood: 3 }],
    ['what the scalar refuses', '{ words { number } }', { ...word, number: 3 }],
    ['an unknown type', '{ happenings { kind } }', { ...word, kind: 'Nothing' }],
    ['a type that checks its values', '{ happenings { kind } }', { ...word, kind: 'Checked' }],
    ['an argument that is null', '{ words { length(by: $by) } }', word, { by: null }],
    ['a root that waits', '{ late { text } }', word],
    ['a root that looks at the context', '{ mine { text } }', word],
    ['a root that is null', '{ words { text } }', null],
    ['a name that means a prototype', '{ words { __proto__: text } }', word],
  ])('%s', async (_, source, event, variables?: Record<string, unknown>) => {
    const { leaves, inFull } = stage(source, variables);
    expect(leaves(event)).toBeNull();
    await expect(inFull(event)).resolves.toBeDefined();
  });

  test.each(['fails', 'waits'])('and the next ones of its type are not tried: %s', (name) => {
    const { leaves } = stage(`{ words { ${name} } }`);
    calls[name] = 0;
    for (let count = 0; count < 3; count++) expect(leaves(word)).toBeNull();
    expect(calls[name]).toBe(1);
  });
});
