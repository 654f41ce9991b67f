import { createClient } from 'graphql-ws';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { AskGenie, GenieReply, GenieSpaces } from './genie-operations.ts';
import { startStack } from './support/stack.ts';

const watchers = 200;

test('two hundred sockets that watch one answer cost the polls of one', async () => {
  await using stack = await startStack({ chat: { pace: 2 } });
  // So that all of them are there before the answer is final.
  const pace = JSON.stringify({ state: 2_000 });
  await fetch(`${stack.emulators.urls.databricks}/_control/pace`, { method: 'PUT', body: pace });
  const spaces = await stack.ask(GenieSpaces, {});
  const spaceId = spaces.data?.genieSpaces?.nodes.find(({ title }) => title === 'Retail sales')?.id ?? '';
  const asked = await stack.ask(AskGenie, { input: { spaceId, question: 'What is the revenue by region?' } });
  const message = asked.data?.askGenie?.message;
  await stack.emulators.forgetCalls('databricks');
  const last = await Promise.all(
    Array.from({ length: watchers }, async () => {
      const connectionParams = { authorization: `Bearer ${stack.tokens.Ada}` };
      const client = createClient({ url: stack.wsUrl, webSocketImpl: WebSocket, connectionParams });
      let status: unknown;
      const variables = { messageId: message?.id };
      for await (const { data } of client.iterate({ query: GenieReply.toString(), variables }))
        status = (data as { genieReply: { message: { status: string } } }).genieReply.message.status;
      await client.dispose();
      return status;
    }),
  );
  expect(new Set(last)).toEqual(new Set(['COMPLETED']));
  const polls = (await stack.emulators.calls('databricks')).filter(({ path }) =>
    /\/messages\/[0-9a-f]+$/.test(path),
  );
  expect(polls.length).toBeGreaterThan(0);
  expect(polls.length).toBeLessThan(20);
});
