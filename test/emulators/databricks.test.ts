import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { margins, retail, startTestWorkspace, type TestWorkspace } from './support/databricks.ts';

const oauthSecret = 'the secret of the application';
let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await startTestWorkspace({ oauthSecret });
});
afterAll(() => workspace[Symbol.asyncDispose]());

const genie = (caller?: string) => workspace.client(caller).genie;

/** Asks with the official client and waits as it does. */
async function answer(content: string, { space = retail, caller = 'Ada' } = {}) {
  const waiter = await genie(caller).startConversation({ space_id: space, content });
  const message = await waiter.wait();
  return { waiter, message, query: message.attachments?.findLast(({ query }) => query) };
}

describe('the official client', () => {
  it('pages through the spaces', async () => {
    const first = await genie().listSpaces({ page_size: 1 });
    expect(first.spaces).toMatchObject([{ space_id: retail, title: 'Retail sales' }]);
    const second = await genie().listSpaces({ page_size: 1, page_token: first.next_page_token });
    expect(second.spaces).toMatchObject([{ space_id: margins, title: 'Executive margins' }]);
    expect(second.next_page_token).toBeUndefined();
    expect((await genie('Ben').listSpaces({})).spaces?.map(({ space_id }) => space_id)).toEqual([retail]);
  });

  it('gets a space', async () => {
    const space = await genie('Ben').getSpace({ space_id: retail });
    expect(space).toMatchObject({ space_id: retail, description: expect.stringContaining('Orders') });
  });

  it('asks, waits, and reads the rows', async () => {
    const { waiter, message, query } = await answer('Orders by day of the last week');
    expect(waiter).toMatchObject({
      conversation_id: message.conversation_id,
      message_id: message.id,
      message: { status: 'SUBMITTED', content: 'Orders by day of the last week' },
    });
    expect(message.status).toBe('COMPLETED');
    expect(query?.query).toMatchObject({
      title: 'Orders by day',
      query: expect.stringContaining('FROM sales.core.orders o\nWHERE o.order_date >= :start'),
      query_result_metadata: { row_count: 7 },
    });
    const { statement_response: result } = await genie().getMessageAttachmentQueryResult({
      space_id: retail,
      conversation_id: String(message.conversation_id),
      message_id: String(message.id),
      attachment_id: String(query?.attachment_id),
    });
    expect(result?.status?.state).toBe('SUCCEEDED');
    expect(result?.manifest?.schema?.columns).toMatchObject([
      { name: 'day', type_name: 'DATE' },
      { name: 'orders', type_name: 'LONG', type_text: 'BIGINT' },
    ]);
    expect(result?.result?.data_array).toHaveLength(7);
    expect(result?.result?.data_array?.[6]).toEqual(['2026-11-20', expect.stringMatching(/^\d+$/)]);
  });
});
