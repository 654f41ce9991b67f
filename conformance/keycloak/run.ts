import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from '../python.ts';
import { administration } from './administration.ts';
import { devices } from './devices.ts';
import { discoveryFaults } from './discovery.ts';
import { startEmulated } from './emulated.ts';
import { lives } from './lives.ts';
import { startReal } from './real.ts';
import { realmFile } from './realm-file.ts';
import { type Probe, refusals } from './refusals.ts';
import { realmName, type Target } from './target.ts';

export { NoKeycloak } from './distribution.ts';

/**
 * Asks the same of the real Keycloak and of the emulator, and counts where their answers differ. Throws NoKeycloak where
 * the real one cannot be had.
 */
export async function runKeycloak(): Promise<Outcome> {
  const real = await startReal(realmFile(realmName));
  const emulated = await startEmulated();
  try {
    return await compareAll(real, emulated);
  } finally {
    await Promise.all([real.close(), emulated.close()]);
  }
}

async function compareAll(real: Target, emulated: Target): Promise<Outcome> {
  const outcome = { passed: 0, failed: 0 };
  const report = (name: string, faults: string[]) => {
    console.log(faults.length === 0 ? `ok Keycloak: ${name}` : `FAILED Keycloak: ${name}`);
    for (const fault of faults) console.log(`  ${fault}`);
    outcome[faults.length === 0 ? 'passed' : 'failed'] += 1;
  };
  report('discovery', await discoveryFaults(emulated, real));
  for (const probe of [...lives, ...refusals, ...devices, ...administration])
    report(probe.name, differences(await resultOf(probe, real), await resultOf(probe, emulated)));
  return outcome;
}

async function resultOf(probe: Probe, target: Target): Promise<unknown> {
  try {
    return JSON.parse(JSON.stringify(await probe.run(target)));
  } catch (error) {
    return { thrown: error instanceof Error ? error.message : String(error) };
  }
}

/** Where two results part, each as `place: real one, emulator's`. */
function differences(real: unknown, ours: unknown, place = 'all'): string[] {
  if (isDeepStrictEqual(real, ours)) return [];
  if (!isObject(real) || !isObject(ours))
    return [`${place}: Keycloak ${JSON.stringify(real)}, emulator ${JSON.stringify(ours)}`];
  const names = [...new Set([...Object.keys(real), ...Object.keys(ours)])];
  return names.flatMap((name) => differences(real[name], ours[name], `${place}.${name}`));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
