import { getIntrospectionQuery, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { costOf } from '../../src/schema/cost.ts';
import type { Variables } from '../../src/schema/cost-arguments.ts';
import { schema } from '../../src/schema/index.ts';

/** Of a document that is valid: of others nothing is said. */
function cost(source: string, variables: Variables = {}, operationName?: string): number {
  const document = parse(source);
  expect(validate(schema, document).map(({ message }) => message)).toEqual([]);
  return costOf(schema, { document, variables, operationName });
}

describe('what an operation costs', () => {
  test.each([
    ['{ __typename }', 1],
    ['{ me { kind } system { version } }', 1],
    ['{ me { user { name } apiKey { name usage { requests } } } }', 3],
    ['{ health { services { name status } } }', 5],
    ['{ dataset(name: "a") { id name } }', 1],
    ['{ dataset(name: "a") { id uri } }', 2],
    // One page, whatever is asked of its items that came with it.
    ['{ datasets { nodes { id name } edges { cursor node { tags { name } } } pageInfo { endCursor } } }', 1],
    ['{ runs(first: 1) { nodes { id name status tags { name } error { message } } } }', 2],
    // Four pages of 25, of two sources each.
    ['{ runs(first: 100) { nodes { id } sources { ok } } }', 8],
    // Once for the page, and once for each of 10.
    ['{ runs(first: 10) { nodes { metrics { name value } } } }', 2 + 1],
    ['{ runs(first: 10) { nodes { logs { text } } } }', 2 + 10 * 2],
    ['{ runs(first: 10) { nodes { metrics { history { value } } } } }', 2 + 1 + 10 * 10],
    [
      '{ runs(first: 10) { edges { node { ... on AutoMLRun { trials(first: 5) { nodes { logs { text } } } } } } } }',
      2 + 10 * (1 + 5 * 2),
    ],
    ['{ a: datasets { nodes { id } } b: datasets { nodes { id } } }', 2],
    ['{ sessions { nodes { agent { name } messages(last: 100) { nodes { content } } } } }', 1 + 1 + 25 * 4],
    ['{ nodes(ids: ["a", "b", "c"]) { id ... on Dataset { uri } } }', 3 + 1],
    ['{ node(id: "a") { ... on Run { logs { text } } } }', 1 + 2],
    ['mutation { cancelRun(input: { id: "a" }) { run { id } } }', 10],
    [
      'mutation { a: cancelRun(input: { id: "a" }) { run { logs { text } } } b: cancelRun(input: { id: "b" }) { run { id } } }',
      22,
    ],
    ['mutation { askGenie(input: { spaceId: "a", question: "b" }) { message { id } } }', 20],
    ['subscription { runStatus(id: "a") { cursor status } }', 10],
    ['subscription { runStatus(id: "a") { run { metrics { name } } } }', 11],
  ])('%s: %i', (source, expected) => expect(cost(source)).toBe(expected));

  test('the schema can be asked for, as GraphiQL does', () => {
    expect(cost(getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true }))).toBe(1);
  });

  test.each([
    [{}, 5 * 2],
    [{ size: 25 }, 25 * 2],
    [{ size: null }, 25 * 2],
    [{ size: '7' }, 25 * 2],
    [{ size: 2.5 }, 25 * 2],
    [{ size: 0 }, 0],
  ])('with the variables %j it is told by them', (variables, below) => {
    const source = 'query ($size: Int = 5) { runs(first: $size) { nodes { logs { text } } } }';
    expect(cost(source, variables)).toBe(2 + below);
  });

  test.each([
    [{}, 0],
    [{ ids: ['a', 'b'] }, 2],
    [{ ids: 'a' }, 1],
  ])('by the ids %j it is told by how many they are', (variables, expected) => {
    expect(cost('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', variables)).toBe(Math.max(1, expected));
  });

  test('ids within brackets may be variables', () => {
    expect(cost('query ($a: ID!, $b: ID!) { nodes(ids: [$a, $b]) { id } }', { a: 'a', b: 'b' })).toBe(2);
  });

  test.each([
    ['@include(if: $on)', { on: true }, true],
    ['@include(if: $on)', { on: false }, false],
    ['@skip(if: $on)', { on: true }, false],
    ['@skip(if: $on)', { on: false }, true],
    ['@include(if: $on)', {}, false],
    ['@skip(if: true) @include(if: $on)', { on: true }, false],
  ])('what is left out costs nothing: %s with %j', (directive, variables, isIn) => {
    const on = (selections: string, rest = '') =>
      cost(`query ($on: Boolean = false) { __typename @skip(if: $on) ${selections} } ${rest}`, variables);
    const expected = isIn ? 2 : 1;
    const two = 'computes { nodes { id } } datasets { nodes { id } }';
    expect(on(`... ${directive} { ${two} }`)).toBe(expected);
    expect(on(`...Part ${directive}`, `fragment Part on Query { ${two} }`)).toBe(expected);
    expect(on(`runs ${directive} { nodes { id } }`)).toBe(expected);
  });

  test('only what the named operation asks for counts', () => {
    const both = 'query Cheap { me { kind } } query Dear { runs(first: 100) { nodes { logs { text } } } }';
    expect(cost(both, {}, 'Cheap')).toBe(1);
    expect(cost(both, {}, 'Dear')).toBe(208);
    expect(cost(both)).toBe(0);
  });
});

describe('fragments', () => {
  const dear = 'runs { nodes { logs { text } } }';

  test('cost what they hold, once where they are spread several times in one place', () => {
    const fragment = `fragment Part on Query { ${dear} }`;
    expect(cost(`{ ...Part } ${fragment}`)).toBe(52);
    expect(cost(`{ ...Part ...Part ... { ...Part } } ${fragment}`)).toBe(52);
  });

  test('cost as often as what they are spread in', () => {
    const fragment = 'fragment Part on Run { logs { text } }';
    expect(
      cost(`{ a: runs(first: 2) { nodes { ...Part } } b: runs(first: 3) { nodes { ...Part } } } ${fragment}`),
    ).toBe(2 + 4 + 2 + 6);
  });

  test('that double what is asked for are counted in one pass', () => {
    const levels = Array.from(
      { length: 150 },
      (_, level) =>
        `fragment F${level} on TrialRun { a: parent { ...F${level + 1} } b: parent { ...F${level + 1} } }`,
    );
    const source = `{ node(id: "x") { ...F0 } } ${levels.join(' ')} fragment F150 on TrialRun { parent { id } }`;
    const started = performance.now();
    expect(costOf(schema, { document: parse(source) })).toBe(Number.MAX_SAFE_INTEGER);
    expect(performance.now() - started).toBeLessThan(500);
  });

  test('that spread each other more than anybody does cost more than anybody may spend', () => {
    const chain = Array.from({ length: 300 }, (_, at) => `fragment F${at} on Query { ...F${at + 1} }`);
    const places = Array.from(
      { length: 300 },
      (_, at) => `a${at}: me { kind } ... @include(if: true) { ...F${at} }`,
    );
    const nested = places.map((_, at) => `n${at}: node(id: "x") { ...G0 }`);
    const inner = Array.from({ length: 300 }, (_, at) => `fragment G${at} on Node { ...G${at + 1} }`);
    const source = `{ ${places.join(' ')} ${nested.join(' ')} } ${chain.join(' ')} ${inner.join(' ')}
      fragment F300 on Query { me { kind } } fragment G300 on Node { id }`;
    const started = performance.now();
    expect(costOf(schema, { document: parse(source) })).toBe(Number.MAX_SAFE_INTEGER);
    expect(performance.now() - started).toBeLessThan(500);
  });

  test('however deeply nested something is, the answer is a number', () => {
    const deep = `{ ${'... { '.repeat(1_000)} me { kind } ${'} '.repeat(1_000)} }`;
    expect(costOf(schema, { document: parse(deep) })).toBe(Number.MAX_SAFE_INTEGER);
  });
});
