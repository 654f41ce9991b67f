import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { System } from './domain/health.ts';

const packageFile = new URL('../package.json', import.meta.url);

/** Facts of this process that do not change while it lives. */
export function systemFacts(startedAt: Date): System {
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  return {
    version,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    runtime: `Node.js ${process.version}`,
    platform: `${process.platform} ${process.arch}`,
    hostname: hostname(),
    startedAt,
  };
}
