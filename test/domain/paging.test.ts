import { expect, test } from 'vitest';
import { MlgraphError } from '../../src/domain/errors.ts';
import { collectPage, type Page, pageOfRows, readPage, readTwoWayPage } from '../../src/domain/paging.ts';

const upstream = (items: number[], size: number) => async (token: string | null) => {
  const start = Number(token ?? 0);
  const next = start + size < items.length ? String(start + size) : null;
  return { items: items.slice(start, start + size), next };
};
const numbers = Array.from({ length: 23 }, (_, index) => index);

test('pages of any size walk the whole list once, whatever the size of the upstream pages', async () => {
  for (const [first, size] of [
    [7, 3],
    [3, 7],
    [5, 5],
    [100, 4],
  ] as const) {
    const seen: number[] = [];
    let after: string | null = null;
    for (;;) {
      const page: Page<number> = await collectPage(
        readPage({ first, after }, 'ada', 'q'),
        upstream(numbers, size),
      );
      seen.push(...page.edges.map((edge) => edge.node));
      after = page.endCursor;
      if (!page.hasNextPage) break;
    }
    expect(seen).toEqual(numbers);
  }
});

test('each edge has a cursor that goes on right behind it', async () => {
  const page = await collectPage(readPage({ first: 10 }, 'ada', 'q'), upstream(numbers, 4));
  for (const { cursor, node } of page.edges) {
    const rest = await collectPage(readPage({ first: 1, after: cursor }, 'ada', 'q'), upstream(numbers, 4));
    expect(rest.edges[0]?.node).toBe(node + 1);
  }
});

test('a filter that finds nothing in many upstream pages gives a short page that goes on', async () => {
  const keep = (item: number) => item >= 20;
  const first = await collectPage(readPage({ first: 2 }, 'ada', 'q'), upstream(numbers, 2), {
    keep,
    maxCalls: 3,
  });
  expect(first).toMatchObject({ edges: [], hasNextPage: true });
  let page = first;
  while (page.edges.length === 0) {
    const request = readPage({ first: 2, after: page.endCursor }, 'ada', 'q');
    page = await collectPage(request, upstream(numbers, 2), { keep, maxCalls: 3 });
  }
  expect(page.edges.map((edge) => edge.node)).toEqual([20, 21]);
});

const codeOf = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    if (error instanceof MlgraphError) return [error.code, error.details.field];
  }
  return null;
};

test('a cursor is for its caller and its query alone', async () => {
  const { endCursor } = await collectPage(readPage({ first: 2 }, 'ada', 'q'), upstream(numbers, 4));
  expect(codeOf(() => readPage({ after: endCursor }, 'ada', 'q'))).toBeNull();
  for (const [after, owner, query] of [
    [endCursor, 'ben', 'q'],
    [endCursor, 'ada', 'other'],
    ['x', 'ada', 'q'],
    ['', 'ada', 'q'],
  ] as const) {
    expect(codeOf(() => readPage({ after }, owner, query))).toEqual(['BAD_USER_INPUT', 'after']);
  }
});

test.each([0, -1, 101, 2.5])('first: %d is refused', (first) => {
  expect(codeOf(() => readPage({ first }, 'ada', 'q'))).toEqual(['BAD_USER_INPUT', 'first']);
});

test('a list is read from its end by last and before, and on forward from there', () => {
  const list = [1, 2, 3, 4, 5];
  const read = (args: Parameters<typeof readTwoWayPage>[0]) => {
    const request = readTwoWayPage(args, 'ada', 'q');
    const from = Number(request.start.token ?? (request.backward ? 6 : 0));
    const beyond = list.filter((item) => (request.backward ? item < from : item > from));
    const rows = request.backward ? beyond.toReversed() : beyond;
    const page = pageOfRows(request, rows.slice(0, request.first + 1), String);
    return { ...page, nodes: page.edges.map(({ node }) => node), start: page.edges[0]?.cursor };
  };
  const last = read({ last: 2 });
  expect(last).toMatchObject({ nodes: [4, 5], hasPreviousPage: true, hasNextPage: false });
  const before = read({ last: 3, before: last.start });
  expect(before).toMatchObject({ nodes: [1, 2, 3], hasPreviousPage: false, hasNextPage: true });
  const forward = read({ first: 1, after: before.endCursor });
  expect(forward).toMatchObject({ nodes: [4], hasPreviousPage: true, hasNextPage: true });
});

test.each([
  [{ first: 1, last: 1 }, 'first'],
  [{ first: 1, before: 'x' }, 'first'],
  [{ after: 'x', last: 1 }, 'after'],
  [{ last: 0 }, 'last'],
  [{ last: 101 }, 'last'],
  [{ last: 1, before: 'x' }, 'before'],
])('%j is refused by name', (args, field) => {
  expect(codeOf(() => readTwoWayPage(args, 'ada', 'q'))).toEqual(['BAD_USER_INPUT', field]);
});

test.each([
  [['token'], 0],
  [7, 0],
  [null, -1],
  [null, 0.5],
  [null, '0'],
])('a cursor whose binding is right but whose place is none is refused: %j %j', (token, offset) => {
  const { cursorAt } = readPage({}, 'ada', 'q');
  const after = cursorAt({ token, offset } as never);
  expect(() => readPage({ after }, 'ada', 'q')).toThrow(MlgraphError);
});
