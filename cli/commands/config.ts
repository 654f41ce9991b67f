import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { usage } from '../failure.ts';
import { readJson, settingsFileOf, writeJson } from '../settings/files.ts';
import { apiAddress, type Source, settingNames } from '../settings/settings.ts';
import { readTokens, secondsLeft } from '../sign-in/tokens.ts';
import type { World } from '../world.ts';
import { action, examples } from './action.ts';

export function addConfig(program: Command, world: World): void {
  const config = program
    .command('config')
    .summary('show or change the settings')
    .description('Show the settings and where each comes from: url, issuer, client-id.')
    .addHelpText(
      'after',
      examples(
        ['mlgraph config', 'what counts now'],
        ['mlgraph config set url https://mlgraph.example.com', ''],
        ['mlgraph config unset issuer', ''],
      ),
    )
    .action(action<[object]>(world, show));
  config
    .command('set')
    .description('Keep a setting: url, issuer or client-id.')
    .argument('<name>')
    .argument('<value>')
    .addHelpText('after', examples(['mlgraph config set url https://mlgraph.example.com', '']))
    .action(action<[string, string, object]>(world, set));
  config
    .command('unset')
    .description('Forget a setting.')
    .argument('<name>')
    .addHelpText('after', examples(['mlgraph config unset client-id', '']))
    .action(action<[string, object]>(world, (cli, name) => set(cli, name, null)));
}

async function set({ world, out }: Cli, name: string, value: string | null): Promise<void> {
  const setting = settingNames[name];
  if (!setting)
    throw usage(`There is no setting "${name}".`, `There are: ${Object.keys(settingNames).join(', ')}`);
  const path = settingsFileOf(world);
  const { [setting]: _, ...others } = (await readJson(path)) ?? {};
  const kept = value !== null && setting === 'url' ? apiAddress(value) : value;
  await writeJson(path, kept === null ? others : { ...others, [setting]: kept });
  if (out.json) out.document({ [setting]: kept });
  else out.note(kept === null ? `${name} is forgotten.` : `${name} is ${kept}`);
}

const told: Record<Source, string> = {
  option: 'said here',
  environment: 'from MLGRAPH_URL',
  file: 'kept',
};

async function show(cli: Cli): Promise<void> {
  const { out, settings, world } = cli;
  const caller = await callerOf(cli);
  const path = settingsFileOf(world);
  if (out.json) return out.document({ file: path, settings, caller });
  const rows = Object.entries(settingNames).map(([name, setting]) => ({ name, found: settings[setting] }));
  out.list(
    [
      { head: 'SETTING', of: ({ name }) => name },
      { head: 'VALUE', of: ({ found }) => found?.value ?? '(not set)' },
      { head: 'WHERE FROM', of: ({ found }) => (found ? told[found.source] : '') },
    ],
    rows,
  );
  out.note(`File: ${path}`, 'dim');
  out.note(sentenceOf(caller), 'dim');
}

type CallerFacts = { kind: 'key' | 'person' | 'nobody'; issuer?: string; secondsLeft?: number };

async function callerOf({ settings, world }: Cli): Promise<CallerFacts> {
  if (world.env.MLGRAPH_API_KEY) return { kind: 'key' };
  const tokens = settings.url ? await readTokens(world, apiAddress(settings.url.value)) : null;
  if (!tokens) return { kind: 'nobody' };
  return { kind: 'person', issuer: tokens.issuer, secondsLeft: Math.floor(secondsLeft(tokens, world)) };
}

function sentenceOf({ kind, issuer }: CallerFacts): string {
  if (kind === 'key') return 'Calls are made with the key in MLGRAPH_API_KEY.';
  return kind === 'person' ? `Signed in at ${issuer}.` : 'Not signed in.';
}
