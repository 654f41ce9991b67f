import { describe, expect, it } from 'vitest';
import { retail, startTestWorkspace } from './support/databricks.ts';

describe('a restart', () => {
  it('keeps conversations, messages, ratings and rows', async () => {
    await using workspace = await startTestWorkspace();
    const message = await workspace.ask('Revenue by region');
    const conversation = message.replace(/\/messages\/.*$/, '');
    await workspace.call('POST', `${conversation}/messages`, { body: { content: 'And by month?' } });
    await workspace.call('POST', `${message}/feedback`, { body: { rating: 'NEGATIVE' } });
    const look = async () => {
      const { body: first } = await workspace.call('GET', message);
      const attachment = `${message}/attachments/${first.attachments[0].attachment_id}`;
      return {
        first,
        rows: (await workspace.call('GET', `${attachment}/query-result`)).body,
        messages: (await workspace.call('GET', `${conversation}/messages`)).body,
        conversations: (await workspace.call('GET', `genie/spaces/${retail}/conversations`)).body,
      };
    };
    const before = await look();
    expect(before.messages.messages).toHaveLength(2);
    await workspace.restart();
    expect(await look()).toEqual(before);
    const { body } = await workspace.call('POST', `${conversation}/messages`, {
      body: { content: 'Only for East?' },
    });
    const next = await workspace.call('GET', `${conversation}/messages/${body.message_id}`);
    expect(next.body.attachments[0].query.title).toBe('Revenue by month');
  });

  it('goes on with what was running', async () => {
    await using workspace = await startTestWorkspace({ pace: 100 });
    const message = await workspace.ask('Revenue by region');
    workspace.pass(150);
    await workspace.restart();
    const status = async () => (await workspace.call('GET', message)).body.status;
    expect(await status()).toBe('FETCHING_METADATA');
    workspace.pass(500);
    expect(await status()).toBe('COMPLETED');
  });

  it('closes before anybody has asked', async () => {
    const workspace = await startTestWorkspace();
    await workspace[Symbol.asyncDispose]();
    await expect(fetch(workspace.databricks.url)).rejects.toThrow();
  });
});
