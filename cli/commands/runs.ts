import { type Command, Option } from 'commander';
import type { Cli } from '../cli.ts';
import type { RunStatus } from '../graphql/graphql.ts';
import { Runs } from '../operations.ts';
import type { World } from '../world.ts';
import { action, examples } from './action.ts';
import { type ListOptions, moment, showList, span, withListOptions } from './listing.ts';

type Options = ListOptions & { status?: RunStatus[]; service?: string; experiment?: string };

const statuses: readonly RunStatus[] = [
  'PENDING',
  'PREPARING',
  'RUNNING',
  'FINALIZING',
  'PAUSED',
  'CANCELING',
  'COMPLETED',
  'FAILED',
  'CANCELED',
  'UNRESPONSIVE',
  'UNKNOWN',
];

export function addRuns(program: Command, world: World): Command {
  const runs = program.command('runs').summary('list and follow runs').description('Runs of every platform.');
  withListOptions(runs.command('list'))
    .description('List the runs of every platform, newest first.')
    .addOption(new Option('--status <status...>', 'only these').choices(statuses))
    .option('--service <name>', 'only of this service')
    .option('--experiment <name>', 'only of this experiment')
    .addHelpText(
      'after',
      examples(
        ['mlgraph runs list', ''],
        ['mlgraph runs list --status RUNNING PENDING', 'what is under way'],
        ["mlgraph runs list --json | jq -r '.runs[0].id'", 'the id of the newest'],
      ),
    )
    .action(action<[Options]>(world, list));
  return runs;
}

const list = (cli: Cli, { status, service, experiment, ...options }: Options) => {
  const api = cli.api();
  const filter = { status, service, experiment };
  return showList(cli, 'runs', options, async (page) => (await api.request(Runs, { ...page, filter })).runs, [
    { head: 'RUN', of: ({ name }) => name },
    { head: 'NAME', of: ({ displayName, name }) => (displayName === name ? '' : displayName) },
    { head: 'STATUS', of: (run) => run.status },
    { head: 'PLATFORM', of: ({ provider }) => provider },
    { head: 'CREATED', of: ({ createdAt }) => moment(createdAt) },
    { head: 'TOOK', of: ({ durationSeconds }) => span(durationSeconds) },
    { head: 'ID', of: ({ id }) => id, wide: true },
  ]);
};
