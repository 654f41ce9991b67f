import type { Trace } from '../api/client.ts';
import type { Settings } from '../settings/settings.ts';
import type { World } from '../world.ts';
import { type DeviceCode, signInByDevice } from './device.ts';
import { discover, tokensFrom } from './issuer-client.ts';
import { chooseIssuer } from './issuers.ts';
import { readMetadata } from './metadata.ts';
import { signInByPassword } from './password.ts';
import { type Tokens, writeTokens } from './tokens.ts';

export type SignIn = {
  url: string;
  settings: Settings;
  world: World;
  trace: Trace;
  interactive: boolean;
  /** Ask for user name and password instead of showing a code. */
  password: boolean;
  show(code: DeviceCode, issuer: string): Promise<void> | void;
};

/** Signs a person in to one server and keeps the tokens. @throws Failure */
export async function signIn(request: SignIn): Promise<Tokens> {
  const { url, settings, world, trace } = request;
  const choice = await chooseIssuer(await readMetadata(url, trace), settings, request);
  const { issuer, clientId, scope } = choice;
  const configuration = await discover(choice, trace);
  const answer = request.password
    ? await signInByPassword(configuration, issuer, scope, request)
    : await signInByDevice(configuration, issuer, scope, (code) => request.show(code, issuer));
  const tokens = tokensFrom(answer, { url, issuer, clientId, refreshToken: null }, world);
  await writeTokens(world, tokens);
  return tokens;
}
