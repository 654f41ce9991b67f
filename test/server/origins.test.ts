import { mkdtemp, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isLoopbackAddress } from '../../src/server/origins.ts';
import { startServer } from './support.ts';

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['192.168.1.7', false],
  ['::ffff:10.0.0.1', false],
  ['fe80::1', false],
  ['127.0.0.1.evil.com', false],
  [undefined, false],
])('the address %s is this machine: %s', (address, expected) => {
  expect(isLoopbackAddress(address)).toBe(expected);
});

const [outside] = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .filter(({ family, internal }) => family === 'IPv4' && !internal);

test.runIf(outside)('a Host of localhost from another address gets the page without the token', async () => {
  const graphiqlFile = join(await mkdtemp(join(tmpdir(), 'graphiql-')), 'session.json');
  await writeFile(graphiqlFile, JSON.stringify({ headers: { authorization: 'Bearer the-token' }, tabs: [] }));
  await using server = await startServer({ graphiqlFile }, '0.0.0.0');
  const tokenFor = (address: string) =>
    new Promise<boolean>((resolve, reject) => {
      const headers = { host: 'localhost', accept: 'text/html' };
      get({ host: address, port: server.port, path: '/graphql', headers }, async (response) => {
        resolve(Buffer.concat(await response.toArray()).includes('the-token'));
      }).on('error', reject);
    });
  expect(await tokenFor('127.0.0.1')).toBe(true);
  expect(await tokenFor(outside?.address ?? '')).toBe(false);
});
