import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { writeSecretFile } from '../kit/secret-file.ts';

export const upstreamNames = [
  'entra',
  'arm',
  'azureml',
  'blob',
  'supabase',
  'foundry',
  'databricks',
  'chapkit',
  'chapkit-2',
  'keycloak',
  'threescale',
] as const;
export type UpstreamPorts = Record<(typeof upstreamNames)[number], number>;

/**
 * A port for each emulator: those of the last start where they are still free, since tokens and stored addresses name
 * them, and otherwise free ones.
 */
export async function upstreamPorts(home: string): Promise<UpstreamPorts> {
  const file = join(home, 'ports.json');
  const last = readPorts(file);
  const entries: [string, number][] = [];
  for (const name of upstreamNames) {
    const wanted = last[name];
    const kept = wanted !== undefined && (await isFree(wanted));
    entries.push([name, kept ? wanted : await freePort()]);
  }
  const ports = Object.fromEntries(entries) as UpstreamPorts;
  writeSecretFile(file, ports);
  return ports;
}

function readPorts(file: string): Partial<UpstreamPorts> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<UpstreamPorts>;
  } catch {
    return {};
  }
}

/** Whether a loopback port can be listened on. */
export const isFree = async (port: number): Promise<boolean> => (await listenOnce(port)) !== null;

/** One that is free now, below those that a system gives out by itself: nobody gets it before it is used. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const port = await listenOnce(randomInt(10_000, 32_768));
    if (port !== null) return port;
  }
  throw new Error('There is no free port.');
}

const listenOnce = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null));
    });
  });
