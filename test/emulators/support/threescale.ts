import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Emulator } from '../../../emulators/kit/server.ts';
import { startThreescale, type ThreescaleOptions } from '../../../emulators/threescale/index.ts';

export const accessToken = 'token-of-the-test-provider';

/** Those who have an account, by the user name it is found by. */
export const userNames = {
  kim: 'kim',
  ada: 'a7c20d5e-1c4b-4f7a-9d1e-0b6f3a52c101',
  olaf: 'd9f6b318-84c1-4e27-a5d3-2c7e90b1f404',
} as const;

export type TestProvider = AsyncDisposable & {
  threescale: Emulator;
  call(
    method: string,
    route: string,
    body?: Record<string, unknown>,
    // biome-ignore lint/suspicious/noExplicitAny: what the service answers is what the tests look at
  ): Promise<{ status: number; headers: Headers; body: any }>;
  control(method: string, route: string, body?: unknown): Promise<void>;
  /** Stops it and starts it again on the same home. */
  restart(): Promise<void>;
};

export async function startProvider(options: Partial<ThreescaleOptions> = {}): Promise<TestProvider> {
  const home = await mkdtemp(path.join(tmpdir(), 'threescale-'));
  const start = () => startThreescale({ accessToken, ...options, home });
  const provider: TestProvider = {
    threescale: await start(),
    async call(method, route, body) {
      const response = await fetch(`${provider.threescale.url}/admin/api/${route}`, {
        method,
        headers: {
          authorization: `Basic ${Buffer.from(`:${accessToken}`).toString('base64')}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await response.text();
      const json = response.headers.get('content-type')?.includes('json');
      return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
    },
    async control(method, route, body) {
      const url = `${provider.threescale.url}/_control/${route}`;
      const response = await fetch(url, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
      if (!response.ok) throw new Error(`${route} answered ${response.status}: ${await response.text()}`);
    },
    async restart() {
      await provider.threescale.close();
      provider.threescale = await start();
    },
    async [Symbol.asyncDispose]() {
      await provider.threescale.close();
      await rm(home, { recursive: true, force: true });
    },
  };
  return provider;
}
