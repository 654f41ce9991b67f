import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { granted } from './support/issuer.ts';
import { type ApiRequest, data, failed, refused } from './support/server.ts';
import { signedIn } from './support/signed-in.ts';
import { mlgraph } from './support/world.ts';

const uploaded = data({
  uploadDataset: { dataset: { id: 'd-1', name: 'sales', version: '3', type: 'FILE', uri: 'u' } },
});

/** Reads the request as any server would. */
const formOf = ({ body, headers }: ApiRequest) =>
  new Response(new Uint8Array(body), {
    headers: { 'content-type': String(headers['content-type']) },
  }).formData();

async function fileIn(directory: string, name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

test('sends a multipart request: operations, map, file', async () => {
  const { api, world } = await signedIn();
  api.on('UploadDataset', uploaded);
  const content = Buffer.alloc(3_000_000, 'abc\n');
  const path = await fileIn(world.directory, 'sales 2026 "final".csv', content);
  const { code, out, err } = await mlgraph(
    ['datasets', 'upload', path, '--name', 'sales', '--tag', 'region=north', '--tag', 'note=a=b'],
    world,
  );
  expect([code, out]).toEqual([0, 'd-1\n']);
  expect(err).toBe('Uploaded sales, version 3.\n');
  const form = await formOf(api.calls[0] as ApiRequest);
  expect([...form.keys()]).toEqual(['operations', 'map', '0']);
  expect(JSON.parse(String(form.get('map')))).toEqual({ 0: ['variables.input.file'] });
  expect(JSON.parse(String(form.get('operations'))).variables.input).toEqual({
    name: 'sales',
    tags: [
      { name: 'region', value: 'north' },
      { name: 'note', value: 'a=b' },
    ],
    file: null,
  });
  const file = form.get('0') as File;
  expect(file.name).toBe('sales 2026 "final".csv');
  expect(Buffer.from(await file.arrayBuffer()).equals(content)).toBe(true);
});

test('takes the name of the file, and is a document with --json', async () => {
  const { api, world } = await signedIn();
  api.on('UploadDataset', uploaded);
  const path = await fileIn(world.directory, 'sales.csv', '');
  const { out, err } = await mlgraph(['datasets', 'upload', path, '--json'], world);
  expect(JSON.parse(out).dataset.id).toBe('d-1');
  expect(err).toBe('');
  const form = await formOf(api.calls[0] as ApiRequest);
  expect(JSON.parse(String(form.get('operations'))).variables.input.name).toBe('sales');
});

test('sends the file again after a token was refused', async () => {
  const { api, issuer, world } = await signedIn();
  issuer.tokens = [granted('access-1')];
  api.on('UploadDataset', refused(401, 'UNAUTHENTICATED', 'Expired.'), uploaded);
  const path = await fileIn(world.directory, 'a.csv', 'a,b\n1,2\n');
  expect((await mlgraph(['datasets', 'upload', path], world)).code).toBe(0);
  const form = await formOf(api.calls[1] as ApiRequest);
  expect(await (form.get('0') as File).text()).toBe('a,b\n1,2\n');
});

test('tells what was refused', async () => {
  const { api, world } = await signedIn();
  api.on('UploadDataset', failed('uploadDataset', 'BAD_USER_INPUT', 'Not a name.', { field: 'name' }));
  const path = await fileIn(world.directory, 'a.csv', 'a');
  const { code, err } = await mlgraph(['datasets', 'upload', path], world);
  expect(code).toBe(2);
  expect(err).toBe('Error: Not a name.\n');
});

test('shows a bar at a terminal, on stderr, and none when piped or with NO_COLOR', async () => {
  const at = async (options: Parameters<typeof signedIn>[0]) => {
    const { api, world } = await signedIn(options);
    api.on('UploadDataset', uploaded);
    const path = await fileIn(world.directory, 'a.csv', 'x'.repeat(500_000));
    return mlgraph(['datasets', 'upload', path], world);
  };
  const terminal = await at({ tty: true });
  expect(terminal.err).toContain('a.csv');
  expect(terminal.err).toContain('488.3 KiB');
  expect(terminal.out).toBe('d-1\n');
  expect((await at({})).err).toBe('Uploaded sales, version 3.\n');
  expect((await at({ tty: true, env: { NO_COLOR: '1' } })).err).toBe('Uploaded sales, version 3.\n');
});
