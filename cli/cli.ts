import type { Command } from 'commander';
import { type Api, createApi } from './api/client.ts';
import { createOutput, type Output } from './output/output.ts';
import {
  addressOf,
  type CommonOptions,
  isLoopback,
  readSettings,
  type Settings,
} from './settings/settings.ts';
import { type Credentials, keyCredentials, personCredentials } from './sign-in/credentials.ts';
import { showCode } from './sign-in/show-code.ts';
import { signIn } from './sign-in/sign-in.ts';
import type { World } from './world.ts';

/** What a command works with. */
export type Cli = {
  world: World;
  out: Output;
  settings: Settings;
  /** @throws Failure where no address is known. */
  api(): Api;
};

/** Makes it from the options that were said before or behind the command. */
export async function openCli(world: World, command: Command): Promise<Cli> {
  const options = command.optsWithGlobals<CommonOptions>();
  const out = createOutput(world, { json: Boolean(options.json), verbose: Boolean(options.verbose) });
  const settings = await readSettings(world, options);
  return {
    world,
    out,
    settings,
    api() {
      const url = addressOf(settings);
      if (new URL(url).protocol === 'http:' && !isLoopback(url))
        out.warn(`${url} is not encrypted; your credential can be read on its way.`);
      return createApi(url, credentialsFor(url, settings, world, out), out);
    },
  };
}

/** A key of the environment counts more than a person's sign-in. */
function credentialsFor(url: string, settings: Settings, world: World, out: Output): Credentials {
  const key = world.env.MLGRAPH_API_KEY;
  if (key) return keyCredentials(key);
  const again = () => {
    out.note('Your sign-in has ended; please sign in again.');
    const show = showCode(out, world, true);
    return signIn({ url, settings, world, trace: out.trace, interactive: true, password: false, show });
  };
  return personCredentials(url, world, out.trace, out.interactive ? again : null);
}
