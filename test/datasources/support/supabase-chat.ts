import type { Store } from '../../../src/datasources/supabase/store.ts';
import type { Agent, Message } from '../../../src/domain/chat.ts';
import { codeOf } from '../../../src/domain/errors.ts';
import type { Page } from '../../../src/domain/paging.ts';

/** Sends a message to a session that has no open reply. */
export async function say(
  store: Store,
  sessionKey: string,
  content = 'Hi',
  clientMessageId: string | null = null,
) {
  const stored = await store.addExchange({ sessionKey, content, clientMessageId });
  if (!stored) throw new Error('an open reply is in the way');
  return stored;
}

export const finish = (store: Store, reply: Message, content = 'Well') =>
  store.updateReply(reply.key, { status: 'COMPLETED', content, completedAt: new Date() });

export const agentNamed = (name: string, change: Partial<Agent> = {}): Agent => ({
  id: '',
  name,
  version: '1',
  enabled: true,
  description: null,
  model: 'gpt-5',
  tools: ['mcp', 'tickets'],
  createdAt: new Date('2026-09-01T10:00:00Z'),
  syncedAt: null,
  ...change,
});

/** The code it fails with; `none` where it does not. */
export const failure = (work: Promise<unknown>) => work.then(() => 'none', codeOf);

/** All nodes, page by page; each page but the last must be full. */
export async function walk<T>(first: number, read: (after: string | null) => Promise<Page<T>>): Promise<T[]> {
  const seen: T[] = [];
  for (let after: string | null = null; ; ) {
    const page: Page<T> = await read(after);
    seen.push(...page.edges.map(({ node }) => node));
    if (!page.hasNextPage) return seen;
    if (page.edges.length !== first)
      throw new Error(`a page of ${page.edges.length} where ${first} were asked`);
    after = page.endCursor;
  }
}
