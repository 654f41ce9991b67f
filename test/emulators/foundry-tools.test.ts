import type { Response } from 'openai/resources/responses/responses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agent, read, startTestProject, type TestProject } from './support/foundry.ts';

let project: TestProject;
beforeAll(async () => {
  project = await startTestProject();
});
afterAll(() => project[Symbol.asyncDispose]());

const approvals = ({ output }: Response) =>
  output.flatMap((item) => (item.type === 'mcp_approval_request' ? [item] : []));
const decision = (id: string, approve: boolean, reason?: string) => ({
  type: 'mcp_approval_response' as const,
  approval_request_id: id,
  approve,
  ...(reason ? { reason } : {}),
});

describe('a tool that needs approval', () => {
  it('is used when it is approved, and the sum is right', async () => {
    const openai = project.openai();
    const conversation = (await openai.conversations.create()).id;
    const asked = await openai.responses.create({
      ...agent('clerk'),
      conversation,
      input: 'What do 12, 30 and 0.25 make?',
    });
    expect(asked.status).toBe('completed');
    expect(asked.output.map(({ type }) => type)).toEqual(['mcp_list_tools', 'mcp_approval_request']);
    const [request] = approvals(asked);
    expect(request).toMatchObject({ server_label: 'ledger', name: 'add_up' });
    expect(JSON.parse(request?.arguments ?? '')).toEqual({ entries: [12, 30, 0.25] });
    const stream = await openai.responses.create({
      ...agent('clerk'),
      conversation,
      input: [decision(String(request?.id), true)],
      stream: true,
    });
    const { events, text } = await read(stream);
    expect(text).toContain('42.25');
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['response.mcp_call_arguments.done', 'response.mcp_call.completed']),
    );
    const items = await openai.conversations.items.list(conversation, { order: 'asc' });
    expect(items.data.map(({ type }) => type)).toEqual([
      'message',
      'mcp_list_tools',
      'mcp_approval_request',
      'mcp_approval_response',
      'mcp_call',
      'message',
    ]);
    expect(items.data[4]).toMatchObject({ approval_request_id: request?.id, status: 'completed' });
  });

  it('is not used when it is declined, and every open request must be answered', async () => {
    const openai = project.openai();
    const asked = await openai.responses.create({ ...agent('clerk'), input: 'Add 1 and 2; then 30 and 40' });
    const [one, two] = approvals(asked).map(({ id }) => id);
    const answer = (input: ReturnType<typeof decision>[] | string) =>
      openai.responses.create({ ...agent('clerk'), previous_response_id: asked.id, input });
    const refused = { status: 400, code: 'invalid_payload', param: 'input' };
    await expect(answer('Never mind')).rejects.toMatchObject(refused);
    await expect(answer([decision(String(one), true)])).rejects.toMatchObject(refused);
    await expect(answer([decision('mcpr_other', true)])).rejects.toMatchObject(refused);
    const decided = await answer([decision(String(one), true), decision(String(two), false, 'too much')]);
    expect(decided.output_text).toContain('makes 3 of 1, 2');
    expect(decided.output_text).toContain('declined the sum of 30, 40 (too much)');
    expect(decided.output_text).not.toContain('70');
  });
});

describe('a tool that needs consent', () => {
  const question = { ...agent('librarian'), input: 'Have I anything about glaciers?' };

  it('is used only for those who have given it, also after a restart', async () => {
    await using other = await startTestProject();
    const before = await read(await other.openai('Ada').responses.create({ ...question, stream: true }));
    const types: string[] = before.events.map(({ type }) => type);
    expect(types.slice(-4)).toEqual([
      'response.output_item.added',
      'response.oauth_consent_requested',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(before.events.at(-2)).toMatchObject({
      item: {
        type: 'oauth_consent_request',
        server_label: 'library',
        consent_link: expect.stringMatching(/^https:/),
      },
    });
    expect((await other.control('POST', 'consents', { person: 'Ada' })).status).toBe(204);
    expect((await other.control('POST', 'consents', { person: 'Nobody' })).status).toBe(400);
    await other.restart();
    const after = await other.openai('Ada').responses.create(question);
    expect(after.output_text).toContain('About the glaciers you have a book on shelf G8.');
    expect((await other.openai('Ben').responses.create(question)).output_text).toBe('');
    await other.control('DELETE', 'consents');
    expect((await other.openai('Ada').responses.create(question)).output_text).toBe('');
  });
});
