import { NoNewPython } from './chapkit/python.ts';
import { runChapkit } from './chapkit/run.ts';
import { startCloud } from './cloud.ts';
import { NoKeycloak, runKeycloak } from './keycloak/run.ts';
import { type Outcome, pythonWithClients, runScript } from './python.ts';
import { NoGo } from './threescale/go.ts';
import { runThreescale } from './threescale/run.ts';
import { NoPython } from './venv.ts';

/** In this order: the second looks at what the first has made. */
const scripts = ['azure_ml.py', 'mlflow_client.py'];

/** The clients from PyPI against the emulators of Azure. */
async function runClients(): Promise<Outcome> {
  const python = await pythonWithClients();
  const cloud = await startCloud();
  const total = { passed: 0, failed: 0 };
  try {
    for (const script of scripts) {
      const { passed, failed } = await runScript(python, script, cloud.env);
      total.passed += passed;
      total.failed += failed;
    }
  } finally {
    await cloud.close();
  }
  return total;
}

const skipped: Outcome = { passed: 0, failed: 0 };

/**
 * What cannot be had is skipped aloud: Go, a Python new enough for Chapkit, and Keycloak, anywhere; all of Python and PyPI not in
 * CI, where it is a failure.
 */
async function orSkipped(name: string, run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    if (!isMissing(error)) throw error;
    if (error instanceof NoPython && process.env.CI === 'true') {
      console.error(`${name}: ${error.message}, and CI must not skip the conformance checks`, error.cause);
      return { passed: 0, failed: 1 };
    }
    console.log(`skipped ${name}: ${error.message}`);
    return skipped;
  }
}

const isMissing = (error: unknown): error is NoPython | NoNewPython | NoGo | NoKeycloak =>
  [NoPython, NoNewPython, NoGo, NoKeycloak].some((kind) => error instanceof kind);

async function main(): Promise<number> {
  const outcomes = [
    await orSkipped('the clients of Azure ML', runClients),
    await orSkipped('Chapkit', runChapkit),
    await orSkipped('3scale', runThreescale),
    await orSkipped('Keycloak', runKeycloak),
  ];
  const sum = (of: keyof Outcome) => outcomes.reduce((total, outcome) => total + outcome[of], 0);
  console.log(`conformance: ${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') > 0 ? 1 : 0;
}

process.exitCode = await main();
