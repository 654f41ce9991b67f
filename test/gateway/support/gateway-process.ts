import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { neededBy } from '../../../emulators/local/gateway-settings.ts';
import type { TestEmulators } from '../../support/emulators.ts';
import { type Asking, askingAt } from './asking.ts';

const entry = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** A gateway in a process of its own, which can be killed. */
export type GatewayProcess = Asking & { pid: number; kill(): Promise<void> };

export async function startGatewayProcess(
  emulators: Pick<TestEmulators, 'settings' | 'tokens'>,
): Promise<GatewayProcess> {
  const env = {
    ...neededBy(process.env),
    ...emulators.settings,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'info',
  };
  const child = spawn(process.execPath, ['--max-semi-space-size=16', entry], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const { msg, port } = JSON.parse(line) as { msg?: string; port?: number };
      if (msg === 'mlgraph listens' && port) resolve(port);
    });
    exit.then(([code]) => reject(new Error(`the gateway ended with ${code}`)), reject);
  });
  return {
    ...askingAt(`http://127.0.0.1:${port}/graphql`, emulators.tokens),
    pid: child.pid ?? 0,
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
