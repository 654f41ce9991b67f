import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { type Answer, type Ask, askerOf } from '../../../conformance/chapkit/ask.ts';
import { history, newWeather } from '../../../conformance/chapkit/samples.ts';
import { type ChapkitOptions, startChapkit } from '../../../emulators/chapkit/index.ts';

export const key = 'sk_new_key_1234567';
export const olderKey = 'sk_old_key_1234567';

export type TestService = AsyncDisposable & {
  ask: Ask;
  url(): string;
  /** Ends it and starts it again, on what it has kept, under another port. */
  restart(): Promise<void>;
  control(path: string, input: unknown, method?: string): Promise<Response>;
  /** Submits a training on the guide's rows, unless told otherwise, and waits for its end. */
  train(request?: Record<string, unknown>): Promise<Finished>;
  predict(artifact: string, request?: Record<string, unknown>): Promise<Finished>;
  /** A new configuration's id. */
  configure(data?: Record<string, unknown>): Promise<string>;
  job(id: string): Promise<Job>;
};

export type Job = { id: string; status: string; error: string | null; error_traceback: string | null };
export type Finished = { job: Job; artifact: string };
export type Submitted = { job_id: string; artifact_id: string };

/** One service with a home of its own; its jobs take no longer than they must, unless told otherwise. */
export async function startService(options: Partial<ChapkitOptions> = {}): Promise<TestService> {
  const home = await mkdtemp(join(tmpdir(), 'mlgraph-chapkit-'));
  const start = () =>
    startChapkit({
      name: 'disease-forecast',
      generation: 1,
      keys: [key, olderKey],
      home,
      pace: 0,
      ...options,
    });
  let emulator = await start();
  const ask: Ask = (...asked) => askerOf({ url: emulator.url, key })(...asked);
  const job = async (id: string) => (await ask('GET', `/api/v1/jobs/${id}`)).body as Job;
  const finished = async ({ status, body }: Answer): Promise<Finished> => {
    expect(status).toBe(202);
    const { job_id: id, artifact_id: artifact } = body as Submitted;
    const over = await vi.waitFor(async () => {
      const read = await job(id);
      expect(['completed', 'failed']).toContain(read.status);
      return read;
    });
    return { job: over, artifact };
  };
  const configure = async (data: Record<string, unknown> = {}) =>
    idOf(await ask('POST', '/api/v1/configs', { json: { name: 'north', data } }));
  return {
    ask,
    job,
    configure,
    url: () => emulator.url,
    restart: async () => {
      await emulator.close();
      emulator = await start();
    },
    control: (path, input, method = 'PUT') =>
      fetch(`${emulator.url}/_control/${path}`, { method, body: JSON.stringify(input) }),
    train: async (request = {}) => {
      const json = { config_id: request.config_id ?? (await configure()), data: history, ...request };
      return await finished(await ask('POST', '/api/v1/ml/$train', { json }));
    },
    predict: async (artifact, request = {}) => {
      const historic = { columns: history.columns, data: [] };
      const json = { artifact_id: artifact, historic, future: newWeather, ...request };
      return await finished(await ask('POST', '/api/v1/ml/$predict', { json }));
    },
    [Symbol.asyncDispose]: async () => {
      await emulator.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export const idOf = ({ body }: Answer): string => (body as { id: string }).id;
