import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { Services } from '../operations.ts';
import type { World } from '../world.ts';
import { action, examples } from './action.ts';
import { type ListOptions, showList, withListOptions } from './listing.ts';

export function addServices(program: Command, world: World): void {
  const services = program
    .command('services')
    .summary('list the ML services')
    .description('The ML services that you may use.');
  withListOptions(services.command('list'))
    .description('List the services: what calls and filters name is SERVICE.')
    .addHelpText(
      'after',
      examples(
        ['mlgraph services list', ''],
        [
          "mlgraph services list --json | jq '.services[] | select(.hasKey)'",
          'those that you have a key for',
        ],
      ),
    )
    .action(action<[ListOptions]>(world, list));
}

const list = (cli: Cli, options: ListOptions) => {
  const api = cli.api();
  return showList(cli, 'services', options, async (page) => (await api.request(Services, page)).services, [
    { head: 'SERVICE', of: ({ systemName }) => systemName },
    { head: 'NAME', of: ({ name }) => name },
    { head: 'PLATFORM', of: ({ provider }) => provider },
    { head: 'KEY', of: ({ hasKey }) => (hasKey == null ? '' : hasKey ? 'yes' : 'no') },
    { head: 'SIGN-IN', of: ({ authMethod }) => authMethod },
    { head: 'ENDPOINT', of: ({ endpoint }) => endpoint, full: true },
    { head: 'ID', of: ({ id }) => id, wide: true },
  ]);
};
