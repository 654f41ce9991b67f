import * as oidc from 'openid-client';
import type { Trace } from '../api/client.ts';
import type { World } from '../world.ts';
import { asFailures, discover } from './issuer-client.ts';
import { readTokens, removeTokens } from './tokens.ts';

/**
 * Forgets the sign-in at one server, whatever its issuer says to it.
 * `revoked`: whether the issuer has ended it too. Null where nobody was signed in.
 */
export async function signOut(url: string, world: World, trace: Trace): Promise<{ revoked: boolean } | null> {
  const tokens = await readTokens(world, url);
  await removeTokens(world, url);
  if (!tokens) return null;
  const { refreshToken, issuer } = tokens;
  if (refreshToken === null) return { revoked: false };
  try {
    await asFailures(issuer, async () => {
      const configuration = await discover(tokens, trace);
      const hint = { token_type_hint: 'refresh_token' };
      await oidc.tokenRevocation(configuration, refreshToken, hint);
    });
    return { revoked: true };
  } catch {
    return { revoked: false };
  }
}
