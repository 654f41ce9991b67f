/**
 * Uploads a generated CSV and prints how far the uploading process's resident memory rises meanwhile.
 *
 *   node bench/upload.ts                      the datasource alone, in a process of its own, against a storage sink
 *   node bench/upload.ts path/session.json    a running `npm run local`, through its gateway, as its first person
 *
 * MEBIBYTES sets the size (1024), LIMIT_MB what the rise must stay below (64): beyond it, the exit code is 1.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBlobStore } from '../src/datasources/azure-ml/blob.ts';
import { uploadFile } from '../src/datasources/azure-ml/upload.ts';

const mebibytes = Number(process.env.MEBIBYTES ?? 1024);
const limit = Number(process.env.LIMIT_MB ?? 64);
const sampleEveryMs = 20;

function* csv(): Generator<Buffer> {
  const rows = Buffer.from('5.1,3.5,1.4,0.2,setosa\n'.repeat(2850)); // just below 64 KiB
  yield Buffer.from('sepal_length,sepal_width,petal_length,petal_width,species\n');
  for (let left = mebibytes * 1024 * 1024; left > 0; left -= rows.length) yield rows;
}

/** Resident memory of a process, in MB (10^6 bytes). */
const residentOf = (pid: number) =>
  (Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024) / 1e6;

async function measure(pid: number, upload: () => Promise<unknown>): Promise<void> {
  const before = residentOf(pid);
  let peak = before;
  const sampler = setInterval(() => {
    peak = Math.max(peak, residentOf(pid));
  }, sampleEveryMs);
  const startedAt = performance.now();
  const result = await upload().finally(() => clearInterval(sampler));
  const seconds = (performance.now() - startedAt) / 1000;
  const rise = peak - before;
  console.log(JSON.stringify(result));
  console.log(`${mebibytes} MiB in ${seconds.toFixed(1)} s (${(mebibytes / seconds).toFixed(0)} MiB/s)`);
  console.log(
    `resident: ${before.toFixed(0)} MB before, ${peak.toFixed(0)} MB at most: +${rise.toFixed(1)} MB`,
  );
  process.exitCode = rise < limit ? 0 : 1;
}

type Session = { url: string; pids: { gateway: number }; people: { name: string; token: string }[] };

/** The multipart request of GraphQL (operations, map, file), streamed. */
async function throughGateway({ url, people }: Session): Promise<unknown> {
  const boundary = 'bench-boundary';
  const query =
    'mutation ($input: UploadDatasetInput!) { uploadDataset(input: $input) { dataset { name version uri } } }';
  const input = { name: `bench-${Date.now()}`, file: null };
  const part = (disposition: string) => `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n`;
  const head = [
    `${part('name="operations"')}\r\n${JSON.stringify({ query, variables: { input } })}\r\n`,
    `${part('name="map"')}\r\n${JSON.stringify({ 0: ['variables.input.file'] })}\r\n`,
    `${part('name="0"; filename="bench.csv"')}content-type: text/csv\r\n\r\n`,
  ].join('');
  const outgoing = request(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${people[0]?.token}`,
      accept: 'application/json',
      'content-type': `multipart/form-data; boundary=${boundary}`,
    },
  });
  const answered = once(outgoing, 'response');
  const body = (function* () {
    yield Buffer.from(head);
    yield* csv();
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  })();
  await pipeline(Readable.from(body, { objectMode: false }), outgoing);
  const [response] = await answered;
  return JSON.parse(Buffer.concat(await Array.fromAsync(response as AsyncIterable<Buffer>)).toString('utf8'));
}

/** The datasource in this process; the storage in another, whose memory is not counted. */
async function throughDatasource(endpoint: string): Promise<unknown> {
  const store = createBlobStore({ endpoint });
  const { signal } = new AbortController();
  const place = { account: 'benchaccount', endpoint: 'core.windows.net', container: 'bench' };
  const key = Buffer.alloc(64, 1).toString('base64');
  const context = { signal, requestId: 'bench', traceparent: '' };
  const container = store.container(context, place, { kind: 'ACCOUNT_KEY', key });
  const stream = Readable.from(csv(), { objectMode: false });
  const file = { filename: 'bench.csv', mimeType: 'text/csv', stream };
  try {
    return await uploadFile({ datastore: 'workspaceblobstore', container, signal }, file);
  } finally {
    await store.close();
  }
}

/** Takes all and keeps nothing. */
async function serveSink(): Promise<void> {
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', () => response.writeHead(201).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.((server.address() as AddressInfo).port);
}

async function main(argument: string | undefined): Promise<void> {
  if (argument === '--sink') return serveSink();
  if (argument) {
    const session = JSON.parse(readFileSync(argument, 'utf8')) as Session;
    return measure(session.pids.gateway, () => throughGateway(session));
  }
  const sink = fork(fileURLToPath(import.meta.url), ['--sink']);
  try {
    const [port] = await once(sink, 'message');
    await measure(process.pid, () => throughDatasource(`http://127.0.0.1:${port}`));
  } finally {
    sink.kill();
  }
}

await main(process.argv[2]);
