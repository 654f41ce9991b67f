import { startCloud } from './cloud.ts';
import { NoPython, type Outcome, pythonWithClients, runScript } from './python.ts';

/** In this order: the second looks at what the first has made. */
const scripts = ['azure_ml.py', 'mlflow_client.py'];

async function runAll(python: string): Promise<Outcome> {
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

/** The clients from PyPI against the emulators. Without them it is skipped aloud, but not in CI. */
async function main(): Promise<number> {
  try {
    const { passed, failed } = await runAll(await pythonWithClients());
    console.log(`conformance: ${passed} passed, ${failed} failed`);
    return failed > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof NoPython)) throw error;
    if (process.env.CI === 'true') {
      console.error(`${error.message}, and CI must not skip the conformance checks`, error.cause);
      return 1;
    }
    console.log(`skipped: ${error.message}`);
    return 0;
  }
}

process.exitCode = await main();
