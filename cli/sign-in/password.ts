import * as oidc from 'openid-client';
import { usage } from '../failure.ts';
import type { World } from '../world.ts';
import { asFailures } from './issuer-client.ts';

/**
 * The password grant: only where somebody asked for it, and only at a terminal. It shows the password to this
 * program, and fails for people with a second factor.
 */
export async function signInByPassword(
  configuration: oidc.Configuration,
  issuer: string,
  scope: string,
  { interactive, world }: { interactive: boolean; world: World },
): Promise<oidc.TokenEndpointResponse> {
  if (!interactive)
    throw usage('A password is asked for at a terminal only.', 'For scripts, set MLGRAPH_API_KEY.');
  const username = (await world.ask(`User name at ${new URL(issuer).host}: `))?.trim();
  if (!username) throw usage('No user name was given.');
  const password = await world.askSecret('Password: ');
  return asFailures(issuer, () =>
    oidc.genericGrantRequest(configuration, 'password', { username, password, scope }),
  );
}
