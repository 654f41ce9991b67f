import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createKeyFile } from '../../src/auth/configured-keys.ts';
import { makeApiKeySecret } from '../../src/domain/api-key-secret.ts';
import { createFakeClock } from './support/fake-clock.ts';

/** A mounted file, and what was warned of. */
async function mounted(text: string) {
  const home = await mkdtemp(join(tmpdir(), 'keys-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const path = join(home, 'keys');
  await writeFile(path, text);
  const clock = createFakeClock();
  const warned: string[] = [];
  const source = createKeyFile({
    path,
    clock,
    warn: (fields, message) => warned.push(`${message} ${JSON.stringify(fields)}`),
  });
  const names = async () => (await source()).map(({ name }) => name);
  return { path, clock, warned, names };
}

const line = (name: string, secret = makeApiKeySecret()) => `${name} READ ${secret}`;

test('a file is read again when it changes, a second later at the latest', async () => {
  const { path, clock, names, warned } = await mounted(line('one'));
  expect(await names()).toEqual(['one']);
  await writeFile(`${path}.new`, `${line('one')}\n${line('two')}\n`);
  await rename(`${path}.new`, path);
  expect(await names()).toEqual(['one']);
  clock.advance(1_000);
  expect(await names()).toEqual(['one', 'two']);
  expect(warned).toEqual([]);
});

test('a line that cannot be read is left out and told by its number; an emptied file has no keys', async () => {
  const secret = makeApiKeySecret();
  const { path, clock, names, warned } = await mounted(line('one'));
  await names();
  await writeFile(path, `one ${secret}\n${line('two')}\n`);
  clock.advance(1_000);
  expect(await names()).toEqual(['two']);
  expect(warned).toEqual([expect.stringMatching(/line 1: /)]);
  expect(warned[0]).not.toContain(secret.slice(0, 12));
  await writeFile(path, '');
  clock.advance(1_000);
  expect(await names()).toEqual([]);
});

test('while the file is away its keys stand', async () => {
  const { path, clock, names, warned } = await mounted(line('one'));
  expect(await names()).toEqual(['one']);
  await rename(path, `${path}.away`);
  clock.advance(1_000);
  expect(await names()).toEqual(['one']);
  expect(warned).toEqual([expect.stringMatching(/cannot be read/)]);
});
