import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { isReady } from './gateway-client.ts';

export type GatewayOptions = {
  /** The gateway's entry file. */
  entry: string;
  port: number;
  /** Its whole environment. */
  env: Record<string, string>;
  /** A process was started: not ready yet. */
  onStart(pid: number): void;
  /** It takes traffic: at the first start, and after each restart. */
  onReady(pid: number): void;
  /** It ended by itself and is started again after `delayMs`. */
  onRestart(ending: string, delayMs: number): void;
};

/** A gateway that is kept running. */
export type SupervisedGateway = {
  /** Settles when there is no gateway any more: resolves after `stop`, rejects when it cannot be brought up. */
  ended: Promise<void>;
  /** SIGTERM, so that it drains; SIGKILL if it is still there after 25 seconds. */
  stop(): Promise<void>;
};

const firstAttempts = 3;
const readyWithinMs = 30_000;
const steadyAfterMs = 10_000;
const drainWithinMs = 25_000;

/** Starts the gateway and starts it again whenever it ends; the pause between doubles up to 5 s. */
export function superviseGateway(options: GatewayOptions): SupervisedGateway {
  const stopping = new AbortController();
  let child: ChildProcess | null = null;
  const keep = async () => {
    let failures = 0;
    let everReady = false;
    while (!stopping.signal.aborted) {
      const started = Date.now();
      child = start(options);
      const exit = exitOf(child);
      everReady = (await becomesReady(options, child, exit)) || everReady;
      const ending = await exit;
      if (stopping.signal.aborted) return;
      failures = Date.now() - started > steadyAfterMs ? 1 : failures + 1;
      if (!everReady && failures >= firstAttempts)
        throw new Error(`The gateway does not start: it ${ending}.`);
      const delayMs = Math.min(5000, 100 * 2 ** (failures - 1));
      options.onRestart(ending, delayMs);
      await wait(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const ended = keep();
  // It may fail before anybody asks how it ended.
  ended.catch(() => undefined);
  return {
    ended,
    stop: async () => {
      stopping.abort();
      if (child) await drain(child);
      await ended.catch(() => undefined);
    },
  };
}

/** A small young generation: a gateway for one person spends little on it, and saves some 20 MB. */
const nodeFlags = ['--max-semi-space-size=1'];

function start({ entry, env, onStart }: GatewayOptions): ChildProcess {
  // In a process group of its own: a Ctrl-C in the terminal must reach it as SIGTERM only, by way of the supervisor.
  const child = spawn(process.execPath, [...nodeFlags, entry], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  // Should the supervisor fail, its gateway must not stay behind.
  const follow = () => child.kill('SIGTERM');
  process.once('exit', follow);
  child.once('exit', () => process.off('exit', follow));
  if (child.pid !== undefined) onStart(child.pid);
  return child;
}

async function exitOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, 'exit');
    return signal ? `was ended by ${signal}` : `ended with code ${code}`;
  } catch (error) {
    return `could not be run (${(error as Error).message})`;
  }
}

/** False when it ended first. One that lives but is not ready in time is ended. */
async function becomesReady(
  options: GatewayOptions,
  child: ChildProcess,
  exit: Promise<string>,
): Promise<boolean> {
  const over = new AbortController();
  void exit.then(() => over.abort());
  const deadline = AbortSignal.timeout(readyWithinMs);
  while (!over.signal.aborted) {
    if (deadline.aborted) {
      child.kill('SIGKILL');
      return false;
    }
    if (await isReady(options.port)) {
      options.onReady(child.pid ?? 0);
      return true;
    }
    await wait(20, undefined, { signal: over.signal }).catch(() => undefined);
  }
  return false;
}

async function drain(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), drainWithinMs);
  await exit;
  clearTimeout(timer);
}
