import { type Command, Option } from 'commander';
import type { Scope } from '../graphql/graphql.ts';
import type { World } from '../world.ts';
import { action, duration, examples, whole } from './action.ts';
import {
  type CreateOptions,
  createKey,
  listKeys,
  type RotateOptions,
  revokeKey,
  rotateKey,
} from './api-keys.ts';
import { type ListOptions, withListOptions } from './listing.ts';
import { initServiceKey } from './service-key.ts';

const scopes: readonly Scope[] = ['READ', 'TRAIN', 'PREDICT', 'CHAT', 'DEPLOY', 'KEYS', 'ADMIN'];

export function addKeys(program: Command, world: World): void {
  const keys = program
    .command('keys')
    .summary('get, make and end keys')
    .description('Keys: yours to the ML services (init), and keys to this API for programs (the others).');
  addInit(keys, world);
  addCreate(keys, world);
  addList(keys, world);
  addRotate(keys, world);
  addRevoke(keys, world);
}

const addInit = (keys: Command, world: World) =>
  keys
    .command('init')
    .summary('get your key to an ML service')
    .description(
      'Get your key to an ML service: a new one, or the one that you have. The secret is the result.',
    )
    .argument('<service>', 'name or id, as in "mlgraph services list"')
    .addHelpText(
      'after',
      examples(
        ['mlgraph keys init churn-scoring', ''],
        ['export KEY=$(mlgraph keys init churn-scoring)', 'piped, the secret is all that is printed'],
      ),
    )
    .action(action<[string, object]>(world, initServiceKey));

const addCreate = (keys: Command, world: World) =>
  keys
    .command('create')
    .summary('make a key to this API')
    .description('Make a key to this API for a program. The secret is shown this once.')
    .argument('<name>', 'what to call it')
    .addOption(new Option('-s, --scope <scope...>', 'what it may do').choices(scopes).makeOptionMandatory())
    .option('--expires <duration>', 'how long it is good, such as 90d', duration)
    .option('--requests-per-minute <number>', 'how often it may call', whole(1, 1_000_000))
    .addHelpText(
      'after',
      examples(
        ['mlgraph keys create nightly-forecast --scope READ PREDICT --expires 90d', ''],
        ['MLGRAPH_API_KEY=$(mlgraph keys create ci --scope READ) mlgraph runs list', ''],
      ),
    )
    .action(action<[string, CreateOptions]>(world, createKey));

const addList = (keys: Command, world: World) =>
  withListOptions(keys.command('list'))
    .description('List the keys to this API: yours, or all for an administrator.')
    .option('--usage [days]', 'with how often each was used lately', whole(1, 366))
    .addHelpText('after', examples(['mlgraph keys list', ''], ['mlgraph keys list --usage 7', '']))
    .action(action<[ListOptions & { usage?: number | true }]>(world, listKeys));

const addRotate = (keys: Command, world: World) =>
  keys
    .command('rotate')
    .summary('give a key a new secret')
    .description('Give a key a new secret. The old one keeps working for a while.')
    .argument('<key>', 'name, prefix or id')
    .option('--grace <duration>', 'how long the old secret keeps working', duration, 86_400)
    .addHelpText(
      'after',
      examples(
        ['mlgraph keys rotate nightly-forecast', 'the old one works for a day'],
        ['mlgraph keys rotate nightly-forecast --grace 0', 'and here not a second longer'],
      ),
    )
    .action(action<[string, RotateOptions]>(world, rotateKey));

const addRevoke = (keys: Command, world: World) =>
  keys
    .command('revoke')
    .description('End a key, within seconds and for good.')
    .argument('<key>', 'name, prefix or id')
    .option('-y, --yes', 'without asking')
    .addHelpText('after', examples(['mlgraph keys revoke nightly-forecast', '']))
    .action(action<[string, { yes?: boolean }]>(world, revokeKey));
