import type { Trace } from '../api/client.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure, signInNeeded } from '../failure.ts';
import type { World } from '../world.ts';
import { refresh, renewBelowSeconds, SignInEnded } from './refresh.ts';
import { readTokens, secondsLeft, type Tokens } from './tokens.ts';

/** By what a caller is known to one server. */
export type Credentials = {
  /** @throws Failure where nobody is signed in, or the sign-in cannot be renewed. */
  headers(): Promise<Record<string, string>>;
  /** After the server refused these headers: whether there are others to try. */
  renew(refused: Record<string, string>): Promise<boolean>;
};

/** A key for scripts, in place of a person. @throws Failure for one that no header can hold. */
export function keyCredentials(key: string): Credentials {
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new Failure(exitCodes.usage, 'MLGRAPH_API_KEY holds no key.', {
      next: 'Make one: mlgraph keys create NAME --scope READ',
    });
  return { headers: async () => ({ 'x-api-key': key }), renew: async () => false };
}

/** The person who signed in. `signInAgain` is called when that has ended and somebody is there. */
export function personCredentials(
  url: string,
  world: World,
  trace: Trace,
  signInAgain: (() => Promise<Tokens>) | null,
): Credentials {
  const renewed = async (stale: Tokens): Promise<Tokens> => {
    try {
      return await refresh(stale, world, trace);
    } catch (error) {
      if (!(error instanceof SignInEnded)) throw error;
      if (!signInAgain) throw signInNeeded('Your sign-in has ended.');
      return signInAgain();
    }
  };
  /** The next operation must not fail for an issuer that is away while the token it has is still good. */
  const renewedOrGood = (tokens: Tokens) =>
    renewed(tokens).catch((error: unknown) => {
      const issuerIsAway = error instanceof Failure && error.exitCode !== exitCodes.signInNeeded;
      if (issuerIsAway && secondsLeft(tokens, world) > 0) return tokens;
      throw error;
    });
  const headersOf = ({ accessToken }: Tokens) => ({ authorization: `Bearer ${accessToken}` });
  return {
    async headers() {
      const tokens = await readTokens(world, url);
      if (!tokens) throw signInNeeded(`You are not signed in to ${url}.`);
      const enough = secondsLeft(tokens, world) >= renewBelowSeconds;
      return headersOf(enough ? tokens : await renewedOrGood(tokens));
    },
    async renew(refused) {
      const tokens = await readTokens(world, url);
      if (!tokens) return false;
      if (headersOf(tokens).authorization === refused.authorization) await renewed(tokens);
      return true;
    },
  };
}
