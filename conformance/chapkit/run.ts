import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChapkit } from '../../emulators/chapkit/index.ts';
import type { Outcome } from '../python.ts';
import { askerOf, type Service } from './ask.ts';
import { differences, same } from './compare.ts';
import { followGuide } from './guide.ts';
import { pythonWithChapkit, realVersions } from './python.ts';
import { jobSeconds, type RealChapkit, startRealChapkit } from './real.ts';
import { walk } from './walk.ts';

type Generation = keyof typeof realVersions;

/**
 * The emulator beside what it stands for, in both generations: the gateway's datasource must find the same in the two,
 * and each request must be answered alike. Throws NoNewPython, or NoPython where there is no PyPI.
 */
export async function runChapkit(): Promise<Outcome> {
  for (const version of Object.values(realVersions)) await pythonWithChapkit(version);
  const outcomes = await Promise.all(([1, 2] as const).map(compareGeneration));
  return outcomes.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }));
}

async function compareGeneration(generation: Generation): Promise<Outcome> {
  const version = realVersions[generation];
  const real = await startRealChapkit(version);
  try {
    const emulated = await startEmulated(generation, real.key);
    try {
      const [guide, answers] = [await compareGuides(real, emulated), await compareWalks(real, emulated)];
      return report(`chapkit ${version}`, guide, answers);
    } finally {
      await emulated.close();
    }
  } finally {
    await real.close();
  }
}

async function startEmulated(generation: Generation, key: string): Promise<RealChapkit> {
  const home = mkdtempSync(join(tmpdir(), 'mlgraph-chapkit-'));
  const emulator = await startChapkit({
    name: 'disease-forecast',
    generation,
    keys: [key],
    home,
    pace: 1000 * jobSeconds,
  });
  const close = async () => {
    await emulator.close();
    rmSync(home, { recursive: true, force: true });
  };
  return { url: emulator.url, key, close };
}

/** What was looked at, and what was wrong with it. */
type Compared = { looked: number; wrong: string[] };

async function compareGuides(real: Service, emulated: Service): Promise<Compared> {
  const [one, other] = await Promise.all([followGuide(real), followGuide(emulated)]);
  const steps = Object.keys(one);
  const wrong = steps.filter((step) => !same(one[step], other[step]));
  return { looked: steps.length, wrong: wrong.map((step) => told(`guide: ${step}`, one[step], other[step])) };
}

async function compareWalks(real: Service, emulated: Service): Promise<Compared> {
  const [one, other] = await Promise.all([real, emulated].map((service) => walk(askerOf(service))));
  if (!one || !other) throw new Error('a walk is missing');
  const wrong = differences(one, other).map((found) => told(found.step, found.real, found.emulated));
  return { looked: one.size, wrong };
}

const told = (step: string, real: unknown, emulated: unknown): string =>
  `${step}\n  real:     ${JSON.stringify(real)}\n  emulated: ${JSON.stringify(emulated)}`;

function report(name: string, guide: Compared, answers: Compared): Outcome {
  const wrong = [...guide.wrong, ...answers.wrong];
  for (const text of wrong) console.log(`FAILED ${name}: ${text}`);
  const looked = guide.looked + answers.looked;
  const passed = looked - wrong.length;
  console.log(
    `${wrong.length === 0 ? 'ok' : 'FAILED'} ${name}: ${passed} of ${looked} answers are those of the emulator`,
  );
  return { passed, failed: wrong.length };
}
