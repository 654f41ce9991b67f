import { badInput } from '../../domain/errors.ts';
import type { GenieConversation, GenieSpace } from '../../domain/genie.ts';
import {
  collectPage,
  type Page,
  type PageArgs,
  type Position,
  readPage,
  type UpstreamPage,
} from '../../domain/paging.ts';
import { mayActAsApp } from './acting.ts';
import { innerPage, readInnerCursor } from './inner-pages.ts';
import type { Ask } from './own.ts';
import { storeOrNull } from './ownership.ts';
import { conversationId } from './places.ts';

type Part = 'app' | 'own';

/**
 * The caller's own: first those that they began as the application, which only the store knows to be theirs, then
 * those that Genie lists as theirs, of which a service has none; each newest first.
 */
export async function conversationsOf(
  { key: spaceKey }: Pick<GenieSpace, 'key'>,
  args: PageArgs,
  context: Ask,
): Promise<Page<GenieConversation>> {
  const page = readPage(args, context.caller.key, ['genieConversations', spaceKey]);
  const readPart = { app: begunAsApp, own: ownOf };
  return collectPage(page, async (token) => {
    const { part, start } = partIn(token);
    const { items, next } = await readPart[part](spaceKey, innerPage(page.first, start), context);
    for (const each of items) context.genieQuestions.ownership.add(context.caller, each, each);
    if (next !== null) return { items, next: `${part} ${next}` };
    return { items, next: part === 'app' ? 'own' : null };
  });
}

/** The part that a token names, and where to begin in it; without a token, the first. */
function partIn(token: string | null): { part: Part; start: Position | undefined } {
  const [, part = '', cursor] = /^(app|own)(?: (.*))?$/s.exec(token ?? 'app') ?? [];
  const start = cursor === undefined ? undefined : readInnerCursor(cursor);
  if (part === '' || start === null) throw badInput('after', 'after: not a cursor of this list.');
  return { part: part as Part, start };
}

type Conversations = UpstreamPage<GenieConversation>;
type Inner = ReturnType<typeof innerPage>;

async function begunAsApp(spaceKey: string, page: Inner, context: Ask): Promise<Conversations> {
  const { genieHome: home, caller } = context;
  const store = mayActAsApp(caller) ? storeOrNull(() => context.store) : null;
  if (!store) return { items: [], next: null };
  const { edges, endCursor, hasNextPage } = await store.listConversations(home, spaceKey, page);
  const items = edges.flatMap(({ node: { as, title, createdAt, conversationKey } }) => {
    const place = { spaceKey, conversationKey };
    const id = conversationId(home, place);
    return as === 'APP' ? [{ kind: 'GENIE_CONVERSATION' as const, id, ...place, as, title, createdAt }] : [];
  });
  return { items, next: hasNextPage ? endCursor : null };
}

async function ownOf(spaceKey: string, page: Inner, { genie, caller }: Ask): Promise<Conversations> {
  if (caller.kind === 'SERVICE') return { items: [], next: null };
  const { edges, endCursor, hasNextPage } = await genie('USER').listConversations(spaceKey, page);
  return { items: edges.map(({ node }) => node), next: hasNextPage ? endCursor : null };
}
