import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The page in three pieces: what stands before its own script, between that and GraphiQL's options, and after. */
export type Shell = { head: Buffer; body: Buffer; tail: Buffer; script: string };

const marker = { title: 'mlgraph', defaultQuery: 'the options stand here' };
const deadlineMs = 20_000;
const maxBytes = 32 * 1024 * 1024;

/**
 * GraphiQL's page is 9 MB of text, and making it takes many times that. A process of its own makes it once and ends,
 * so that the gateway holds the bytes alone: a thread's memory would stay with it.
 */
export async function loadShell(): Promise<Shell> {
  const page = await makeInChild();
  const [head, rest] = cut(page, '</head>', 0);
  const [body, tail] = cut(rest, JSON.stringify(marker), JSON.stringify(marker).length);
  return {
    head,
    body,
    tail,
    script: await readFile(new URL('./graphiql-client.js', import.meta.url), 'utf8'),
  };
}

/** What stands before a text, and what follows from `skip` bytes behind its beginning. */
function cut(page: Buffer, text: string, skip: number): [Buffer, Buffer] {
  const at = page.indexOf(text);
  if (at < 0) throw new Error('The GraphiQL page is not as expected.');
  return [page.subarray(0, at), page.subarray(at + skip)];
}

async function makeInChild(): Promise<Buffer> {
  const self = fileURLToPath(import.meta.url);
  const limits = { encoding: 'buffer', maxBuffer: maxBytes, timeout: deadlineMs } as const;
  const { stdout } = await promisify(execFile)(process.execPath, [self], { ...limits, env: {} });
  return stdout;
}

if (import.meta.main) {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  process.stdout.write(String(await renderGraphiQL(marker)));
}
