import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import {
  createGenieConnector,
  type GenieOperation,
  type GenieOptions,
} from '../../../src/datasources/databricks/connector.ts';
import { MlgraphError } from '../../../src/domain/errors.ts';
import type { ActAs } from '../../../src/domain/genie.ts';
import { type Received, startScripted } from '../scripted-server.ts';

export const now = Date.parse('2026-11-20T10:00:00Z');
/** The nth id of Genie's. */
export const key = (index: number): string => `01f0${String(index).padStart(28, '0')}`;
export const spaceKey = key(1);
export const place = { spaceKey, conversationKey: key(2), messageKey: key(3) };
export const queryPlace = { ...place, attachmentKey: key(4) };
export const paths = {
  space: `/api/2.0/genie/spaces/${spaceKey}`,
  messages: `/api/2.0/genie/spaces/${spaceKey}/conversations/${key(2)}/messages`,
  message: `/api/2.0/genie/spaces/${spaceKey}/conversations/${key(2)}/messages/${key(3)}`,
  query: `/api/2.0/genie/spaces/${spaceKey}/conversations/${key(2)}/messages/${key(3)}/attachments/${key(4)}`,
};

type Script = (request: Received, response: ServerResponse, count: number) => unknown;

/** A clock that nobody waits for: sleeping moves it. */
export function hastyClock() {
  const slept: number[] = [];
  let time = now;
  const sleep = async (ms: number, signal?: AbortSignal) => {
    signal?.throwIfAborted();
    slept.push(ms);
    time += ms;
  };
  return { now: () => time, sleep, slept };
}

/** A workspace that answers by `script`, and Genie of it as one actor. */
export async function startWorkspace(script: Script, options: GenieOptions = {}) {
  const server = await startScripted(script);
  const clock = hastyClock();
  const connector = createGenieConnector({ host: server.url }, { clock, retries: 0, ...options });
  const as = (actor: ActAs, more: Partial<GenieOperation> = {}) =>
    connector.connect({
      token: async () => 'secret-token',
      call: { signal: new AbortController().signal, requestId: 'operation-1', traceparent: '' },
      callerKey: 'entra:tenant:ada',
      actor,
      ...more,
    });
  return {
    server,
    clock,
    connector,
    as,
    genie: as('USER'),
    /** What was asked for, as `METHOD path?query`. */
    asked: () => server.received.map(({ method, url }) => `${method} ${url}`),
    async [Symbol.asyncDispose]() {
      await connector.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** What it fails with; nothing of the inside may be shown. */
export async function failureOf(work: Promise<unknown>): Promise<MlgraphError> {
  const error = await work.then(
    () => expect.fail('a failure was expected'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MlgraphError);
  const shown = `${(error as MlgraphError).message} ${JSON.stringify((error as MlgraphError).details)}`;
  expect(shown).not.toMatch(
    /127\.0|https?:|secret|\/directories|7001112223334445|01f0[0-9a-f]{12}|01f0aa00|<html/,
  );
  return error as MlgraphError;
}

export const messageOf = (change: object = {}) => ({
  message_id: key(3),
  space_id: spaceKey,
  conversation_id: key(2),
  user_id: 7001112223334445,
  content: 'Orders last week?',
  status: 'COMPLETED',
  attachments: [],
  created_timestamp: now,
  last_updated_timestamp: now + 8_000,
  ...change,
});

export const startedOf = (change: object = {}) => ({
  conversation_id: key(2),
  message_id: key(3),
  conversation: { id: key(2), conversation_id: key(2), title: 'Orders last week?', created_timestamp: now },
  message: messageOf({ status: 'SUBMITTED', attachments: null }),
  ...change,
});

export const query = (sql: string, more: object = {}) => ({
  attachment_id: key(4),
  query: { query: sql, title: 'T', description: 'Counts orders.', ...more },
});
export const words = (content: string, more: object = {}) => ({ text: { content, ...more } });

type Column = [name: string, type: string];

export const statementOf = (
  columns: Column[],
  rows: unknown[][],
  change: object = {},
  manifest: object = {},
) => ({
  statement_response: {
    statement_id: '01f0aa00-0000-0000-0000-000000000009',
    status: { state: 'SUCCEEDED' },
    manifest: {
      format: 'JSON_ARRAY',
      schema: {
        column_count: columns.length,
        columns: columns.map(([name, type_name], position) => ({ name, position, type_name })),
      },
      total_chunk_count: 1,
      total_row_count: rows.length,
      truncated: false,
      ...manifest,
    },
    result: { chunk_index: 0, row_offset: 0, row_count: rows.length, data_array: rows },
    ...change,
  },
});
export const stateOf = (state: string, error?: object) => ({
  statement_response: { statement_id: 's', status: { state, ...(error ? { error } : {}) } },
});
