import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import password from '@inquirer/password';
import open from 'open';
import { interrupted } from './failure.ts';
import type { World } from './world.ts';

/** This process. */
export function processWorld(): World {
  const { env, stdin, stdout, stderr } = process;
  return {
    env,
    stdin,
    stdout,
    stderr,
    now: Date.now,
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
    async openBrowser(url) {
      const started = await open(url);
      // A browser that is not there is found out about only now.
      started.once('error', () => {});
    },
    ask: askLine,
    askSecret: (message) => password({ message, mask: '*' }, { output: stderr }),
    onInterrupt(callback) {
      process.on('SIGINT', callback);
      return () => void process.off('SIGINT', callback);
    },
  };
}

/** Said earlier, for the arrow keys. */
const history: string[] = [];

function askLine(question: string): Promise<string | null> {
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  const { stdin: input, stderr: output } = process;
  const lines = createInterface({ input, output, history: [...history] });
  lines.once('SIGINT', () => reject(interrupted()));
  lines.once('close', () => resolve(null));
  lines.question(question, (answer) => {
    if (answer.trim()) history.unshift(answer);
    resolve(answer);
  });
  return promise.finally(() => lines.close());
}
