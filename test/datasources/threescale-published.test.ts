import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startChapkit } from '../../emulators/chapkit/index.ts';
import { createChapkitConnector } from '../../src/datasources/chapkit/connector.ts';
import { call, everybody, failureOf, page } from './chapkit-support.ts';
import { initFor, startThreeScale } from './support/threescale.ts';

const product = 'disease-forecast-api';

it("a Chapkit service published through 3scale is called with the person's own key, until that is suspended", async () => {
  const home = await mkdtemp(join(tmpdir(), 'chapkit-'));
  const service = await startChapkit({ name: 'disease-forecast', generation: 2, keys: ['sk_inner'], home });
  await using stack = await startThreeScale({
    provider: { gateway: { [product]: { url: service.url, apiKey: 'sk_inner' } } },
  });
  const { secret } = await initFor(stack.threescale, product);
  const { endpoint } = await stack.threescale.findService(product);
  const keys = { fixed: [String(secret)] };
  const connector = createChapkitConnector(
    [{ systemName: 'disease-forecast', url: String(endpoint), keys, roles: everybody }],
    { retries: 0 },
  );
  const chapkit = connector.connect('disease-forecast', { call });
  try {
    const config = await chapkit.createConfig({
      name: 'north',
      data: { prediction_periods: 3 },
      tags: ['kim'],
    });
    expect((await chapkit.listConfigs(page(5))).edges.map(({ node }) => node.key)).toEqual([config.key]);
    await stack.provider.call('PUT', 'accounts/41/applications/901/suspend.json');
    expect(await failureOf(chapkit.getConfig(config.key))).toMatchObject({ code: 'UPSTREAM_ERROR' });
  } finally {
    await connector.close();
    await service.close();
    await rm(home, { recursive: true, force: true });
  }
});
