import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export type Outcome = { passed: number; failed: number };

type Program = { name: string; command: string; args: string[]; env: Record<string, string> };

/**
 * Runs a program, showing its output, and counts the checks it reports as lines `ok …` and `FAILED …`. One that ends by
 * itself before its last check, or not within ten minutes, is one more failure.
 */
export async function runCounted({ name, command, args, env }: Program): Promise<Outcome> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 600_000,
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const outcome = { passed: 0, failed: 0 };
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line);
    if (line.startsWith('ok ')) outcome.passed += 1;
    if (line.startsWith('FAILED ')) outcome.failed += 1;
  }
  const code = await ended;
  if (code === 0 || (code === 1 && outcome.failed > 0)) return outcome;
  console.log(`FAILED ${name} ended with ${code ?? 'a signal'}`);
  return { ...outcome, failed: outcome.failed + 1 };
}
