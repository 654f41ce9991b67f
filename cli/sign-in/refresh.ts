import * as oidc from 'openid-client';
import type { Trace } from '../api/client.ts';
import type { World } from '../world.ts';
import { asFailures, discover, oauthErrorOf, tokensFrom } from './issuer-client.ts';
import { withLock } from './lock.ts';
import { readTokens, removeTokens, secondsLeft, type Tokens, tokensFileOf, writeTokens } from './tokens.ts';

/** The sign-in has ended for good: neither a failure of the network nor of the issuer. */
export class SignInEnded extends Error {}

/** An access token with less left is renewed before it is used. */
export const renewBelowSeconds = 30;

/**
 * New tokens in place of `stale`. Of several processes at once one asks the issuer, and the others take what it got:
 * where refresh tokens are good for one use, two parallel ones would end the sign-in.
 * @throws SignInEnded, or a Failure of the network or the issuer.
 */
export function refresh(stale: Tokens, world: World, trace: Trace): Promise<Tokens> {
  return withLock(`${tokensFileOf(world, stale.url)}.lock`, world, async () => {
    const kept = await readTokens(world, stale.url);
    if (!kept) throw new SignInEnded();
    const renewed = kept.accessToken !== stale.accessToken;
    if (renewed && secondsLeft(kept, world) >= renewBelowSeconds) return kept;
    const fresh = await askIssuer(kept, world, trace);
    await writeTokens(world, fresh);
    return fresh;
  });
}

async function askIssuer(tokens: Tokens, world: World, trace: Trace): Promise<Tokens> {
  const { refreshToken, issuer } = tokens;
  if (refreshToken === null) return ended(tokens, world);
  const configuration = await discover(tokens, trace);
  try {
    return tokensFrom(await oidc.refreshTokenGrant(configuration, refreshToken), tokens, world);
  } catch (error) {
    if (oauthErrorOf(error) === 'invalid_grant') return ended(tokens, world);
    return asFailures(issuer, () => Promise.reject(error));
  }
}

async function ended(tokens: Tokens, world: World): Promise<never> {
  await removeTokens(world, tokens.url);
  throw new SignInEnded();
}
