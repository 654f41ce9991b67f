import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { createFoundryConnector, type FoundryOptions } from '../../../src/datasources/foundry/connector.ts';
import type { CallContext, TokenFor } from '../../../src/domain/callers.ts';
import type { UpstreamReplyEvent } from '../../../src/domain/chat.ts';
import { MlgraphError } from '../../../src/domain/errors.ts';
import { type Received, startScripted } from '../scripted-server.ts';

export const now = Date.parse('2026-11-20T10:00:00Z');
export const ada = {
  subject: 'oid-of-ada',
  tenantId: 'tenant-of-ada',
  email: 'ada@example.com',
  name: 'Ada',
};
export const call: CallContext = {
  signal: new AbortController().signal,
  requestId: 'operation-1',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};
export const token: TokenFor = async () => 'secret-token';
export const projectPath = '/api/projects/demo';

type Script = (request: Received, response: ServerResponse, count: number) => unknown;

/** A project that answers by `script`, and the connector at it. */
export async function startProject(script: Script, options: FoundryOptions = {}) {
  const server = await startScripted(script);
  const clock = { now: () => now, sleep: async () => {} };
  const settings = { projectEndpoint: `${server.url}${projectPath}` };
  const connector = createFoundryConnector(settings, { clock, ...options });
  return {
    server,
    connector,
    foundry: connector.connect({ token, call, caller: ada }),
    async [Symbol.asyncDispose]() {
      await connector.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

export const beginStream = (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });

/** As the service writes an event. */
export const sse = (event: { type: string }) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** Answers with these events and the clean end of the stream. */
export const streaming =
  (...events: { type: string }[]): Script =>
  (_, response) =>
    beginStream(response).end(events.map(sse).join(''));

export const responseOf = (status: string, more: object = {}) => ({
  id: 'resp_1',
  object: 'response',
  status,
  error: null,
  incomplete_details: null,
  output: [],
  usage: null,
  ...more,
});
export const message = (text: string, annotations: object[] = []) => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  content: [{ type: 'output_text', text, annotations, logprobs: [] }],
});
export const created = { type: 'response.created', sequence_number: 0, response: responseOf('in_progress') };
export const inProgress = (text = '') => ({
  type: 'response.in_progress',
  sequence_number: 1,
  response: responseOf('in_progress', { output: text ? [message(text)] : [] }),
});
export const delta = (text: string, sequence: number) => ({
  type: 'response.output_text.delta',
  sequence_number: sequence,
  item_id: 'msg_1',
  output_index: 0,
  content_index: 0,
  delta: text,
  logprobs: [],
});
export const ended = (status: string, more: object = {}) => ({
  type: `response.${status}`,
  sequence_number: 99,
  response: responseOf(status, more),
});

export const question = (more: object = {}) => ({
  agentName: 'storyteller',
  conversationId: 'conv_1',
  input: 'Tell me',
  metadata: {},
  signal: new AbortController().signal,
  ...more,
});

/** What came, and the failure it stopped by. */
export async function collect(reply: AsyncIterable<UpstreamReplyEvent>) {
  const events: UpstreamReplyEvent[] = [];
  let error: MlgraphError | null = null;
  try {
    for await (const event of reply) events.push(event);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(MlgraphError);
    error = thrown as MlgraphError;
    const shown = `${error.message} ${JSON.stringify(error.details)}`;
    expect(shown).not.toMatch(/127\.0|https?:|secret|example\.com/);
  }
  const text = events.map((event) => (event.kind === 'delta' ? event.text : '')).join('');
  const end = events.find((event) => event.kind === 'ended') ?? null;
  return { events, kinds: events.map(({ kind }) => kind), text, end, error };
}
