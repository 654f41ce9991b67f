import { join } from 'node:path';
import { WorkspaceClient } from '@databricks/sdk-experimental';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDatabricks } from '../../emulators/databricks/index.ts';
import { startEntra } from '../../emulators/entra/index.ts';
import { localTenant } from '../../emulators/local/tenant.ts';
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
  const query = message.attachments?.findLast((attachment) => attachment.query);
  const conversation = { space_id: space, conversation_id: String(message.conversation_id) };
  const place = { ...conversation, message_id: String(message.id) };
  return {
    waiter,
    message,
    query: query?.query,
    conversation,
    place,
    attachment: { ...place, attachment_id: String(query?.attachment_id) },
  };
}

describe('the official client', () => {
  it('pages through the spaces', async () => {
    const first = await genie().listSpaces({ page_size: 1 });
    expect(first.spaces).toMatchObject([{ space_id: retail, title: 'Retail sales' }]);
    const second = await genie().listSpaces({ page_size: 1, page_token: first.next_page_token });
    expect(second.spaces).toMatchObject([{ space_id: margins, title: 'Executive margins' }]);
    expect(second.next_page_token).toBeUndefined();
  });

  it.each([
    ['Ada', [retail, margins]],
    ['Ben', [retail]],
    ['Grace', [retail]],
    ['application', [retail, margins]],
  ])('lists to %s what is shared with them', async (caller, spaces) => {
    const { spaces: listed } = await genie(caller).listSpaces({});
    expect(listed?.map(({ space_id }) => space_id)).toEqual(spaces);
  });

  it('gets a space', async () => {
    const space = await genie('Ben').getSpace({ space_id: retail });
    expect(space).toMatchObject({ space_id: retail, description: expect.stringContaining('Orders') });
    expect(space).not.toHaveProperty('serialized_space');
  });

  it('asks, waits, and reads the rows', async () => {
    const { waiter, message, query, attachment } = await answer('Orders by day of the last week');
    expect(waiter).toMatchObject({
      conversation_id: message.conversation_id,
      message_id: message.id,
      conversation: { title: 'Orders by day of the last week' },
      message: { status: 'SUBMITTED', content: 'Orders by day of the last week' },
    });
    expect(message.status).toBe('COMPLETED');
    expect(query).toMatchObject({
      title: 'Orders by day',
      query: expect.stringContaining('FROM sales.core.orders o\nWHERE o.order_date >= :start'),
      parameters: [{ keyword: 'start', sql_type: 'DATE', value: '2026-11-14' }],
      query_result_metadata: { row_count: 7 },
    });
    const { statement_response: result } = await genie().getMessageAttachmentQueryResult(attachment);
    expect(result).toMatchObject({
      statement_id: query?.statement_id,
      status: { state: 'SUCCEEDED' },
      manifest: { total_row_count: 7, truncated: false },
    });
    expect(result?.manifest?.schema?.columns).toMatchObject([
      { name: 'day', type_name: 'DATE' },
      { name: 'orders', type_name: 'LONG', type_text: 'BIGINT' },
    ]);
    expect(result?.result?.data_array).toHaveLength(7);
    expect(result?.result?.data_array?.[6]).toEqual(['2026-11-20', expect.stringMatching(/^\d+$/)]);
  });

  it('goes on in a conversation, and lists its messages newest first', async () => {
    const { conversation } = await answer('Revenue by region');
    const waiter = await genie().createMessage({ ...conversation, content: 'and by month?' });
    expect((await waiter.wait()).attachments?.[0]?.query?.title).toBe('Revenue by month');
    const first = await genie().listConversationMessages({ ...conversation, page_size: 1 });
    expect(first.messages?.map(({ content }) => content)).toEqual(['and by month?']);
    const { next_page_token: page_token } = first;
    const second = await genie().listConversationMessages({ ...conversation, page_size: 1, page_token });
    expect(second.messages?.map(({ content }) => content)).toEqual(['Revenue by region']);
    expect(second.next_page_token).toBeUndefined();
  });

  it("lists one's own conversations newest first, whatever comes and goes in between", async () => {
    const caller = 'application';
    const [one, two, three] = [
      await answer('Orders', { caller }),
      await answer('Revenue', { caller }),
      await answer('Units', { caller }),
    ];
    const page = { space_id: retail, include_all: false, page_size: 1 };
    const first = await genie(caller).listConversations(page);
    expect(first.conversations).toMatchObject([
      { conversation_id: three.conversation.conversation_id, title: 'Units' },
    ]);
    await answer('Returns', { caller });
    await genie(caller).deleteConversation(three.conversation);
    const second = await genie(caller).listConversations({ ...page, page_token: first.next_page_token });
    expect(second.conversations).toMatchObject([{ conversation_id: two.conversation.conversation_id }]);
    const third = await genie(caller).listConversations({ ...page, page_token: second.next_page_token });
    expect(third.conversations).toMatchObject([{ conversation_id: one.conversation.conversation_id }]);
    expect(third.next_page_token).toBeUndefined();
  });

  it('shows everybody’s conversations to those who manage the space', async () => {
    const { conversation } = await answer('Orders by region', { caller: 'Ben' });
    const idsFor = async (caller: string, include_all: boolean) => {
      const { conversations } = await genie(caller).listConversations({
        space_id: retail,
        include_all,
        page_size: 100,
      });
      return (conversations ?? []).map(({ conversation_id }) => conversation_id);
    };
    expect(await idsFor('Ben', false)).toContain(conversation.conversation_id);
    expect(await idsFor('Grace', true)).toContain(conversation.conversation_id);
    expect(await idsFor('Grace', false)).not.toContain(conversation.conversation_id);
    expect(await idsFor('Ada', true)).not.toContain(conversation.conversation_id);
  });

  it('runs a query again and rates the answer', async () => {
    const { attachment, place, query } = await answer('Units by product');
    const { statement_response: run } = await genie().executeMessageAttachmentQuery(attachment);
    expect(run?.status?.state).toBe('PENDING');
    expect(run?.statement_id).not.toBe(query?.statement_id);
    const { statement_response: result } = await genie().getMessageAttachmentQueryResult(attachment);
    expect(result).toMatchObject({ statement_id: run?.statement_id, status: { state: 'SUCCEEDED' } });
    await genie().sendMessageFeedback({ ...place, rating: 'POSITIVE' });
    expect(await genie().getMessage(place)).toMatchObject({ feedback: { rating: 'POSITIVE' } });
  });

  it('deletes a message, and a conversation', async () => {
    const { place, conversation } = await answer('Orders by channel');
    const waiter = await genie().createMessage({ ...conversation, content: 'Only for North?' });
    await genie().deleteConversationMessage({ ...place, message_id: waiter.message_id });
    expect((await genie().listConversationMessages(conversation)).messages).toHaveLength(1);
    await genie().deleteConversation(conversation);
    await expect(genie().getMessage(place)).rejects.toMatchObject({
      statusCode: 404,
      errorCode: 'RESOURCE_DOES_NOT_EXIST',
    });
  });

  it('knows who it is, and who may do what', async () => {
    const { currentUser, permissions } = workspace.client('Grace');
    expect(await currentUser.me()).toMatchObject({ userName: 'grace@contoso.example', active: true });
    const asked = { request_object_type: 'genie', request_object_id: retail };
    expect(await permissions.get(asked)).toMatchObject({
      object_id: `/genie/${retail}`,
      access_control_list: expect.arrayContaining([
        {
          user_name: 'ben@contoso.example',
          all_permissions: [{ permission_level: 'CAN_RUN', inherited: false }],
        },
      ]),
    });
    await expect(workspace.client('Ben').permissions.get(asked)).rejects.toMatchObject({
      statusCode: 403,
      errorCode: 'PERMISSION_DENIED',
    });
  });

  it('signs in as the application with a secret of the workspace', async () => {
    const client = new WorkspaceClient(
      {
        host: workspace.databricks.url,
        clientId: workspace.entra.clientId,
        clientSecret: oauthSecret,
        authType: 'oauth-m2m',
      },
      { product: 'test', productVersion: '0.1.0' },
    );
    expect(await client.currentUser.me()).toMatchObject({ userName: workspace.entra.clientId });
    expect((await client.genie.listSpaces({})).spaces).toHaveLength(2);
  });

  it('is told of an error as of one', async () => {
    await expect(genie('Ben').getSpace({ space_id: margins })).rejects.toMatchObject({
      statusCode: 404,
      errorCode: 'RESOURCE_DOES_NOT_EXIST',
      message: expect.stringContaining('/directories/'),
    });
  });
});

describe('tokens that the issuer exchanges', () => {
  it('are those of the person, and of the application', async () => {
    const entra = await startEntra({ ...localTenant, clientSecret: 'secret' });
    const databricks = await startDatabricks({ entra, home: join(workspace.home, 'exchange'), pace: 0 });
    const resource = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';
    const usual = { client_id: localTenant.clientId, client_secret: 'secret', scope: `${resource}/.default` };
    const whoIs = async (form: Record<string, string>) => {
      const body = new URLSearchParams({ ...usual, ...form });
      const url = `${entra.url}/${localTenant.tenantId}/oauth2/v2.0/token`;
      const { access_token } = await (await fetch(url, { method: 'POST', body })).json();
      const headers = { authorization: `Bearer ${access_token}` };
      const me = await fetch(`${databricks.url}/api/2.0/preview/scim/v2/Me`, { headers });
      return (await me.json()).userName;
    };
    const onBehalfOf = {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      requested_token_use: 'on_behalf_of',
      assertion: entra.issueUserToken('Ada'),
    };
    try {
      expect(await whoIs(onBehalfOf)).toBe('ada@contoso.example');
      expect(await whoIs({ grant_type: 'client_credentials' })).toBe(localTenant.clientId);
    } finally {
      await databricks.close();
      await entra.close();
    }
  });
});
