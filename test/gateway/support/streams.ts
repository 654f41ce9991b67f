import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { TypedDocumentString } from '../graphql/graphql.ts';
import type { Stack } from './stack.ts';

type Opening<Data, Variables> = {
  stack: Pick<Stack, 'url' | 'wsUrl' | 'tokens'>;
  document: TypedDocumentString<Data, Variables>;
  variables: Variables;
  as?: string;
};
type Source<Data> = AsyncGenerator<{ data?: Data | null; errors?: readonly unknown[] }>;

/** A subscription by the stock graphql-ws client, on a socket of its own. */
export function overWebSocket<Data, Variables>({
  stack,
  document,
  variables,
  as = 'Ada',
}: Opening<Data, Variables>) {
  const client = createWsClient({
    url: stack.wsUrl,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${stack.tokens[as] ?? as}` },
  });
  const events = client.iterate({
    query: document.toString(),
    variables: variables as Record<string, unknown>,
  });
  return { client, events: events as unknown as Source<Data> };
}

/** A subscription by the stock graphql-sse client. */
export function overSse<Data, Variables>({
  stack,
  document,
  variables,
  as = 'Ada',
}: Opening<Data, Variables>) {
  const client = createSseClient({
    url: stack.url,
    retryAttempts: 0,
    headers: { authorization: `Bearer ${stack.tokens[as] ?? as}` },
  });
  const events = client.iterate({
    query: document.toString(),
    variables: variables as Record<string, unknown>,
  });
  return { client, events: events as unknown as Source<Data> };
}

/** Every event of a stream that ends by itself. */
export async function all<Data>(events: Source<Data>): Promise<Data[]> {
  const seen: Data[] = [];
  for await (const { data, errors } of events) {
    if (errors?.length) throw new Error(`the stream failed: ${JSON.stringify(errors)}`);
    if (data) seen.push(data);
  }
  return seen;
}
