import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { usage } from '../failure.ts';
import { Me } from '../operations.ts';
import { readJson, settingsFileOf, writeJson } from '../settings/files.ts';
import { addressOf } from '../settings/settings.ts';
import { showCode } from '../sign-in/show-code.ts';
import { signIn } from '../sign-in/sign-in.ts';
import type { Tokens } from '../sign-in/tokens.ts';
import type { World } from '../world.ts';
import { action, examples } from './action.ts';

type Options = { password?: boolean; browser: boolean };

export function addLogin(program: Command, world: World): void {
  program
    .command('login')
    .summary('sign in')
    .description(
      'Sign in with a browser, on this machine or any other. Who signs people in is learnt from the server. The sign-in is kept for this user alone and renewed by itself.',
    )
    .option('--no-browser', 'show the address, and open no browser')
    .option('--password', 'ask for user name and password here, where the issuer allows it')
    .addHelpText(
      'after',
      examples(
        ['mlgraph login --url https://mlgraph.example.com', 'the first time: the address is kept'],
        ['mlgraph login', 'again'],
        ['mlgraph login --no-browser', 'on a machine without one'],
        ['mlgraph login --issuer keycloak', 'where several sign people in'],
      ),
    )
    .action(action<[Options]>(world, login));
}

async function login(cli: Cli, options: Options): Promise<void> {
  const { out, settings, world } = cli;
  if (world.env.MLGRAPH_API_KEY)
    throw usage(
      'MLGRAPH_API_KEY is set, and counts more than a sign-in.',
      'Unset it to sign in as a person.',
    );
  const url = addressOf(settings);
  const tokens = await signIn({
    url,
    settings,
    world,
    trace: out.trace,
    interactive: out.interactive,
    password: Boolean(options.password),
    show: showCode(out, world, options.browser),
  });
  if (settings.url?.source === 'option') await keepFirstAddress(cli, url);
  await tellWho(cli, tokens);
}

/** Who signs in to a server for the first time means that one from then on. */
async function keepFirstAddress({ world, out }: Cli, url: string): Promise<void> {
  const path = settingsFileOf(world);
  const kept = (await readJson(path)) ?? {};
  if (kept.url !== undefined) return;
  await writeJson(path, { ...kept, url });
  out.note(`From now on ${url} is the server that is meant.`, 'dim');
}

async function tellWho(cli: Cli, { url, issuer }: Tokens): Promise<void> {
  const { me } = await cli.api().request(Me, {});
  const name = me.user?.name ?? me.user?.email ?? 'somebody';
  if (cli.out.json) return cli.out.event({ type: 'signedIn', url, issuer, me });
  cli.out.note(`Signed in as ${name}${me.user?.role === 'ADMIN' ? ' (administrator)' : ''}.`, 'green');
}
