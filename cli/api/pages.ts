import { failureOf } from './errors.ts';

export type PageSource = {
  provider: string;
  service?: string | null;
  ok: boolean;
  code?: string | null;
  message?: string | null;
  retryAfterSeconds?: number | null;
};

export type Page<Node> = {
  nodes: readonly Node[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
  sources?: readonly PageSource[];
};

export type Collected<Node> = {
  items: Node[];
  /** What `--after` takes to go on; null: that was all. */
  nextCursor: string | null;
  sources: readonly PageSource[];
};

const maxPage = 100;

/** The first `limit` items of a list, page by page. @throws Failure where every source of them failed. */
export async function collect<Node>(
  limit: number,
  after: string | undefined,
  load: (page: { first: number; after: string | undefined }) => Promise<Page<Node> | null | undefined>,
): Promise<Collected<Node>> {
  const result: Collected<Node> = { items: [], nextCursor: after ?? null, sources: [] };
  do {
    const first = Math.min(limit - result.items.length, maxPage);
    const page = await load({ first, after: result.nextCursor ?? undefined });
    if (!page) break;
    result.items.push(...page.nodes);
    result.nextCursor = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
    if (page.sources) result.sources = page.sources;
  } while (result.nextCursor !== null && result.items.length < limit);
  return checked(result);
}

function checked<Node>(result: Collected<Node>): Collected<Node> {
  const [first] = result.sources;
  if (first === undefined || result.sources.some(({ ok }) => ok)) return result;
  throw failureOf({
    message: first.message ?? `${first.provider} failed.`,
    extensions: {
      code: first.code ?? 'UPSTREAM_ERROR',
      retryAfterSeconds: first.retryAfterSeconds ?? undefined,
    },
  });
}
