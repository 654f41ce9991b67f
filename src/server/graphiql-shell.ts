import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

/** The page in three pieces: what stands before its own script, between that and GraphiQL's options, and after. */
export type Shell = { head: Buffer; body: Buffer; tail: Buffer; script: string };

const marker = { title: 'mlgraph', defaultQuery: 'the options stand here' };

/**
 * GraphiQL's page is 9 MB of text, and making it takes many times that. A thread of its own makes it once and ends,
 * so that the gateway holds the bytes alone.
 */
export async function loadShell(): Promise<Shell> {
  const worker = new Worker(new URL(import.meta.url));
  const pieces = await new Promise<Uint8Array[]>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The thread that makes the GraphiQL page ended without it.')));
  });
  const [head, body, tail] = pieces.map((piece) => Buffer.from(piece.buffer, piece.byteOffset, piece.length));
  if (!head || !body || !tail) throw new Error('The GraphiQL page does not show its options.');
  return {
    head,
    body,
    tail,
    script: await readFile(new URL('./graphiql-client.js', import.meta.url), 'utf8'),
  };
}

async function makePieces(): Promise<Uint8Array<ArrayBuffer>[]> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const page = String(await renderGraphiQL(marker));
  const [before, ...after] = page.split(JSON.stringify(marker));
  const [head, ...body] = (before ?? '').split('</head>');
  return [head ?? '', `</head>${body.join('</head>')}`, after.join('')].map((text) =>
    new TextEncoder().encode(text),
  );
}

if (!isMainThread) {
  const pieces = await makePieces();
  parentPort?.postMessage(
    pieces,
    pieces.map(({ buffer }) => buffer),
  );
}
