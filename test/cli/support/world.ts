import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { run } from '../../../cli/run.ts';
import type { World } from '../../../cli/world.ts';

export type TestWorld = World & {
  /** What was written so far. */
  out(): string;
  err(): string;
  directory: string;
  opened: string[];
  asked: string[];
  slept: number[];
  /** As Ctrl-C does. */
  interrupt(): void;
};

export type WorldOptions = {
  env?: Record<string, string>;
  /** A person sits at a terminal. */
  tty?: boolean;
  stdin?: string;
  /** What the person types, in turn; then the input ends. */
  answers?: string[];
  secret?: string;
  directory?: string;
  now?: () => number;
};

/** A process to run commands in, with a configuration directory of its own. */
export function createWorld(options: WorldOptions = {}): TestWorld {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'mlgraph-cli-'));
  const answers = [...(options.answers ?? [])];
  const stdout = sink(options.tty);
  const stderr = sink(options.tty);
  const seen = { opened: [] as string[], asked: [] as string[], slept: [] as number[] };
  const interrupts = new Set<() => void>();
  return {
    ...seen,
    directory,
    env: { MLGRAPH_CONFIG_DIR: directory, TERM: 'xterm', ...options.env },
    stdin: Object.assign(Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]), {
      isTTY: options.tty,
    }),
    stdout: stdout.stream,
    stderr: stderr.stream,
    out: stdout.text,
    err: stderr.text,
    now: options.now ?? Date.now,
    async sleep(milliseconds, signal) {
      seen.slept.push(milliseconds);
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
    async openBrowser(url) {
      seen.opened.push(url);
    },
    async ask(question) {
      seen.asked.push(question);
      return answers.shift() ?? null;
    },
    async askSecret(question) {
      seen.asked.push(question);
      return options.secret ?? '';
    },
    onInterrupt(callback) {
      interrupts.add(callback);
      return () => void interrupts.delete(callback);
    },
    interrupt() {
      for (const callback of [...interrupts]) callback();
    },
  };
}

function sink(isTTY = false) {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns: 120 }), text: () => text };
}

export type Ran = { code: number; out: string; err: string; world: TestWorld };

/** Runs one command in a world, a fresh one unless it is given. */
export async function mlgraph(args: string[], options: WorldOptions | TestWorld = {}): Promise<Ran> {
  const world = 'opened' in options ? options : createWorld(options);
  const before = { out: world.out().length, err: world.err().length };
  const code = await run(args, world);
  return { code, out: world.out().slice(before.out), err: world.err().slice(before.err), world };
}
