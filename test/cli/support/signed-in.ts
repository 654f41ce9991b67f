import { writeTokens } from '../../../cli/sign-in/tokens.ts';
import { type FakeIssuer, startIssuer } from './issuer.ts';
import { type FakeApi, startApi } from './server.ts';
import { createWorld, type TestWorld, type WorldOptions } from './world.ts';

export type SignedIn = { api: FakeApi; issuer: FakeIssuer; world: TestWorld };

/** A server, its issuer, and somebody who has signed in, with so many seconds left of the access token. */
export async function signedIn(options: WorldOptions & { secondsLeft?: number } = {}): Promise<SignedIn> {
  const api = await startApi();
  const issuer = await startIssuer();
  api.metadata = {
    authorization_servers: [issuer.issuer],
    mlgraph_cli_client_ids: { [issuer.issuer]: 'mlgraph-cli' },
    mlgraph_scopes: { [issuer.issuer]: ['openid'] },
  };
  const { secondsLeft = 300, ...more } = options;
  const world = createWorld({ ...more, env: { MLGRAPH_URL: api.url, ...more.env } });
  await writeTokens(world, {
    url: api.url,
    issuer: issuer.issuer,
    clientId: 'mlgraph-cli',
    accessToken: 'access-0',
    refreshToken: 'refresh-0',
    expiresAt: Math.floor(world.now() / 1000) + secondsLeft,
  });
  return { api, issuer, world };
}
