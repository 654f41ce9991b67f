import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { type Answer, ada, startServer } from './support.ts';

const upload = 'mutation($file: File!) { upload(file: $file) { name type bytes sha256 } }';
const operations = JSON.stringify({ query: upload, variables: { file: null } });
const map = JSON.stringify({ 0: ['variables.file'] });

const boundary = 'frontier';
const field = (name: string, value: string) =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const head = (query = operations) =>
  `${field('operations', query)}${field('map', map)}--${boundary}\r\n` +
  'Content-Disposition: form-data; name="0"; filename="big.csv"\r\nContent-Type: text/csv\r\n\r\n';

/** Begins an upload whose body a test writes by hand. */
function begin(port: number, headers: Record<string, string> = ada) {
  const request = httpRequest({
    port,
    host: '127.0.0.1',
    path: '/graphql',
    method: 'POST',
    headers: { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` },
  });
  request.on('error', () => {});
  const answered = new Promise<{ status: number; answer: Answer }>((resolve, reject) => {
    const unanswered = () => reject(new Error('closed without an answer'));
    request.once('close', unanswered);
    request.once('response', async (response) => {
      request.off('close', unanswered);
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode ?? 0, answer: JSON.parse(text) as Answer });
    });
  });
  return { request, answered };
}

/** The same over a bare socket: Node's own client stops once it has its answer. */
function beginRaw(port: number, query: string) {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    text += chunk;
  });
  const start = `${head(JSON.stringify({ query, variables: { file: null } }))}some,bytes`;
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ada\r\nContent-Length: 1000000000\r\n` +
      `Content-Type: multipart/form-data; boundary=${boundary}\r\n\r\n${start}`,
  );
  return { socket, answered: () => vi.waitFor(() => expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*}$/)) };
}

/** Sends as long as the server takes it, at most so many MiB; says how many it took. */
async function pour(socket: Socket, mebibytes: number): Promise<number> {
  const chunk = Buffer.alloc(2 ** 20, 'x');
  for (let sent = 0; sent < mebibytes; sent++) {
    if (socket.destroyed) return sent;
    const taken = new Promise<boolean>((resolve) => {
      socket.write(chunk, (error) => resolve(!error));
      setTimeout(() => resolve(false), 500);
    });
    if (!(await taken)) return sent;
  }
  return mebibytes;
}

describe('a client', () => {
  test('that has no credential is told before a byte of the file is wanted', async () => {
    await using server = await startServer();
    const { request, answered } = begin(server.port, {});
    request.write(head());
    const { status, answer } = await answered;
    expect(status).toBe(401);
    expect(answer.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    request.destroy();
  });

  test('that breaks off makes the stream throw', async () => {
    await using server = await startServer();
    const { request, answered } = begin(server.port);
    request.write(`${head()}some,bytes`);
    await vi.waitFor(() => expect(server.stage.uploads[0]?.bytes).toBe(10));
    request.destroy();
    await expect(answered).rejects.toThrow();
    await vi.waitFor(() =>
      expect(server.stage.uploads[0]?.error).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: 'The upload broke off before the end of the file.',
      }),
    );
  });

  test('whose body ends without its boundary makes the stream throw', async () => {
    await using server = await startServer();
    const { request, answered } = begin(server.port);
    request.end(`${head()}some,bytes`);
    const { answer } = await answered;
    expect(answer.errors?.[0]).toMatchObject({
      message: 'The upload broke off before the end of the file.',
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test('whose body ends without its boundary fails a resolver that begins to read later, too', async () => {
    await using server = await startServer();
    const { request, answered } = begin(server.port);
    const query = 'mutation($file: File!) { finish upload(file: $file) { bytes } }';
    request.end(`${head(JSON.stringify({ query, variables: { file: null } }))}some,bytes`);
    await vi.waitFor(() => expect(server.stage.waiting).toBe(1));
    server.stage.gate.resolve('go on');
    const { answer } = await answered;
    expect(answer.errors?.[0]).toMatchObject({
      message: 'The upload broke off before the end of the file.',
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test('that falls silent is given up', async () => {
    await using server = await startServer({ bodyDeadlineMs: 20 });
    const { request, answered } = begin(server.port);
    request.write(`${head()}some,bytes`);
    await expect(answered).rejects.toThrow('closed without an answer');
    await vi.waitFor(() => expect(server.stage.uploads[0]?.error).toMatchObject({ code: 'BAD_USER_INPUT' }));
  });

  test.each(['ignore', 'firstBytes'])(
    'gets its answer although %s did not want the file, and the rest is let pass',
    async (name) => {
      await using server = await startServer();
      const { socket, answered } = beginRaw(server.port, `mutation($file: File!) { ${name}(file: $file) }`);
      await answered();
      expect(await pour(socket, 20)).toBe(20);
      socket.destroy();
    },
  );

  test('that goes on sending for ever is cut off', async () => {
    await using server = await startServer();
    const { socket, answered } = beginRaw(server.port, 'mutation($file: File!) { ignore(file: $file) }');
    await answered();
    expect(await pour(socket, 200)).toBeLessThan(100);
    await vi.waitFor(() => expect(socket.destroyed).toBe(true));
  });

  test('that sends faster than the resolver reads is held back', async () => {
    await using server = await startServer();
    const { socket, answered } = beginRaw(
      server.port,
      'mutation($file: File!) { finish firstBytes(file: $file) }',
    );
    await vi.waitFor(() => expect(server.stage.waiting).toBe(1));
    const before = process.memoryUsage().arrayBuffers;
    // The kernel's buffers on both sides, and no more.
    expect(await pour(socket, 100)).toBeLessThan(20);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
    server.stage.gate.resolve('done');
    await answered();
    socket.destroy();
  });
});
