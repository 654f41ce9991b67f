import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startChapkit } from '../../emulators/chapkit/index.ts';
import { createChapkitConnector } from '../../src/datasources/chapkit/connector.ts';
import { createOwnKeys } from '../../src/datasources/threescale/own-keys.ts';
import type { Caller } from '../../src/domain/callers.ts';
import { call, everybody, failureOf, page } from './chapkit-support.ts';
import { initFor, startThreeScale } from './support/threescale.ts';

const product = 'disease-forecast-api';
const kim = { kind: 'USER', issuerKind: 'oidc', userName: 'kim', subject: 'x', email: null } as Caller;
const content = { name: 'north', data: { prediction_periods: 3 }, tags: ['kim'] };

/** A service, its product, and the service as Kim may call it, at its inner address by nobody. */
async function publish() {
  const home = await mkdtemp(join(tmpdir(), 'chapkit-'));
  const service = await startChapkit({ name: 'disease-forecast', generation: 2, keys: ['sk_inner'], home });
  const stack = await startThreeScale({
    provider: { gateway: { [product]: { url: service.url, apiKey: 'sk_inner' } } },
  });
  const connector = createChapkitConnector(
    [{ systemName: 'disease-forecast', url: 'http://127.0.0.1:1', keys: null, roles: everybody }],
    { retries: 0 },
  );
  return {
    ...stack,
    /** For one operation. */
    connect() {
      const ownKeys = createOwnKeys(() => stack.connect(), kim);
      return connector.connect('disease-forecast', { call, own: ownKeys.access(product) });
    },
    async [Symbol.asyncDispose]() {
      await connector.close();
      await stack[Symbol.asyncDispose]();
      await service.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
const applications = 'accounts/41/applications';

it("a Chapkit service published through 3scale is called with the person's own key, until that is suspended", async () => {
  await using published = await publish();
  const { provider, connect } = published;
  expect(await failureOf(connect().createConfig(content))).toMatchObject({
    code: 'FORBIDDEN',
    message: 'You have no key for Disease Forecast: initServiceKey gives you one.',
  });
  const { secret } = await initFor(published.threescale, product);
  const chapkit = connect();
  const config = await chapkit.createConfig(content);
  expect((await chapkit.listConfigs(page(5))).edges.map(({ node }) => node.key)).toEqual([config.key]);
  expect(chapkit.keyPrefix()).toBe(secret?.slice(0, 6));
  await provider.call('PUT', `${applications}/901/suspend.json`);
  for (const late of [chapkit, connect()])
    expect(await failureOf(late.getConfig(config.key))).toMatchObject({
      code: 'FORBIDDEN',
      message: 'Your key for Disease Forecast is suspended; ask the owner of the service.',
    });
});

it('takes the key that has taken the place of the one it knew', async () => {
  await using published = await publish();
  await initFor(published.threescale, product);
  const chapkit = published.connect();
  const config = await chapkit.createConfig(content);
  await published.provider.call('PUT', `${applications}/901.json`, { user_key: 'another-key-of-the-portal' });
  expect(await chapkit.getConfig(config.key)).toMatchObject({ name: 'north' });
});

it('says that a key is refused which 3scale has for good', async () => {
  await using published = await publish();
  await initFor(published.threescale, product);
  await published.fault({ kind: 'status', status: 403, path: '^/gateway/' });
  expect(await failureOf(published.connect().createConfig(content))).toMatchObject({
    code: 'FORBIDDEN',
    message: 'disease-forecast does not accept your key for it; ask the owner of the service.',
  });
});
