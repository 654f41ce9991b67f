import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import {
  type ChapkitOptions,
  type ChapkitSettings,
  createChapkitConnector,
} from '../../src/datasources/chapkit/connector.ts';
import type { CallContext } from '../../src/domain/callers.ts';
import { MlgraphError } from '../../src/domain/errors.ts';
import { readPage } from '../../src/domain/paging.ts';
import { type Received, startScripted } from './scripted-server.ts';

export const call: CallContext = {
  signal: new AbortController().signal,
  requestId: 'operation-1',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};
export const everybody = { read: null, train: null, predict: null };
export const page = (first?: number, after?: string | null) => readPage({ first, after }, 'ada', ['list']);

export const configKey = '01KA0M3V7Q2T5W8Y1Z4B6C9DEF';
export const modelKey = '01KA0M4Z2A4B6C8D0E2F4G6H8J';
export const predictionKey = '01KA0M5N8P1Q3R5S7T9V1W3X5Y';
export const jobKey = '01KA0M4B1C3D5E7F9G1H3J5K7M';

type Script = (request: Received, response: ServerResponse, count: number) => unknown;

/** A service that answers by `script`, and the connector at it. Retries wait for nothing. */
export async function startService(
  script: Script,
  settings: Partial<ChapkitSettings> = {},
  options: ChapkitOptions = {},
) {
  const server = await startScripted(script);
  const clock = { now: () => Date.now(), sleep: async () => {} };
  const connector = createChapkitConnector(
    [
      {
        systemName: 'forecast',
        url: server.url,
        keys: { fixed: ['sk_ml_train_1'] },
        roles: everybody,
        ...settings,
      },
    ],
    { clock, ...options },
  );
  return {
    server,
    connector,
    connect: () => connector.connect('forecast', { call }),
    chapkit: connector.connect('forecast', { call }),
    /** Method and address of each request. */
    asked: () => server.received.map(({ method, url }) => `${method} ${url}`),
    async [Symbol.asyncDispose]() {
      await connector.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

export const failureOf = async (work: Promise<unknown>): Promise<MlgraphError> => {
  const error = await work.then(
    () => expect.fail('a failure was expected'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MlgraphError);
  return error as MlgraphError;
};

export const bodyOf = ({ body }: Received): unknown => JSON.parse(body.toString('utf8'));
