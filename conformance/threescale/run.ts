import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startThreescale } from '../../emulators/threescale/index.ts';
import { type Outcome, runCounted } from '../counted.ts';
import { buildChecks } from './go.ts';

const accessToken = 'conformance-only';

/** The Go client of 3scale's own operators against the emulator. Throws NoGo where it cannot be had. */
export async function runThreescale(): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'mlgraph-threescale-'));
  try {
    const command = await buildChecks(folder);
    const emulator = await startThreescale({ home: join(folder, 'home'), accessToken });
    const env = { THREESCALE_URL: emulator.url, THREESCALE_TOKEN: accessToken };
    try {
      return await runCounted({ name: '3scale', command, args: [], env });
    } finally {
      await emulator.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
