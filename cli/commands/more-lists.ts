import type { Command } from 'commander';
import { Agents, GenieSpaces, Models } from '../operations.ts';
import type { World } from '../world.ts';
import { action, examples } from './action.ts';
import { type ListOptions, showList, withListOptions } from './listing.ts';

/** What other commands take by its name. */
export function addMoreLists(program: Command, world: World): void {
  addAgents(
    program.command('agents').summary('list the agents').description('The agents that you may chat with.'),
    world,
  );
  addSpaces(
    program
      .command('spaces')
      .summary('list the Genie spaces')
      .description('The Genie spaces that you may ask.'),
    world,
  );
  addModels(
    program.command('models').summary('list the models').description('Models of every platform.'),
    world,
  );
}

const addAgents = (agents: Command, world: World) =>
  withListOptions(agents.command('list'))
    .description('List the agents, for "mlgraph chat".')
    .addHelpText('after', examples(['mlgraph agents list', '']))
    .action(
      action<[ListOptions]>(world, (cli, options) => {
        const api = cli.api();
        return showList(cli, 'agents', options, async (page) => (await api.request(Agents, page)).agents, [
          { head: 'AGENT', of: ({ name }) => name },
          { head: 'DESCRIPTION', of: ({ description }) => description },
          { head: 'ID', of: ({ id }) => id, wide: true },
        ]);
      }),
    );

const addSpaces = (spaces: Command, world: World) =>
  withListOptions(spaces.command('list'))
    .description('List the Genie spaces, for "mlgraph ask".')
    .addHelpText('after', examples(['mlgraph spaces list', '']))
    .action(
      action<[ListOptions]>(world, (cli, options) => {
        const api = cli.api();
        const load = async (page: { first: number; after: string | undefined }) =>
          (await api.request(GenieSpaces, page)).genieSpaces;
        return showList(cli, 'genieSpaces', options, load, [
          { head: 'SPACE', of: ({ title }) => title },
          { head: 'DESCRIPTION', of: ({ description }) => description },
          { head: 'ID', of: ({ id }) => id, wide: true },
        ]);
      }),
    );

const addModels = (models: Command, world: World) =>
  withListOptions(models.command('list'))
    .description('List the models, for "mlgraph predict".')
    .option('--service <name>', 'only of this service')
    .option('--name <part>', 'only those whose name contains this')
    .addHelpText(
      'after',
      examples(
        ['mlgraph models list', ''],
        ["mlgraph models list --service forecasting --json | jq -r '.models[0].id'", ''],
      ),
    )
    .action(
      action<[ListOptions & { service?: string; name?: string }]>(
        world,
        (cli, { service, name: nameContains, ...options }) => {
          const api = cli.api();
          const filter = { service, nameContains };
          const load = async (page: { first: number; after: string | undefined }) =>
            (await api.request(Models, { ...page, filter })).models;
          return showList(cli, 'models', options, load, [
            { head: 'MODEL', of: ({ name }) => name },
            { head: 'VERSION', of: ({ version }) => version },
            { head: 'PLATFORM', of: ({ provider }) => provider },
            { head: 'ID', of: ({ id }) => id, full: true },
          ]);
        },
      ),
    );
