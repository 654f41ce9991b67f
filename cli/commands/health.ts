import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { Health } from '../operations.ts';
import type { World } from '../world.ts';
import { action, examples } from './action.ts';

export function addHealth(program: Command, world: World): void {
  program
    .command('health')
    .summary('show whether the server and the platforms work')
    .description('Show whether the server and the platforms behind it work. Nobody needs to be signed in.')
    .addHelpText(
      'after',
      examples(
        ['mlgraph health', ''],
        ['mlgraph health --json | jq .status', 'HEALTHY, DEGRADED or UNHEALTHY (which exits with 8)'],
      ),
    )
    .action(action<[object]>(world, health));
}

async function health(cli: Cli): Promise<void> {
  const { out } = cli;
  const answer = await cli.api().request(Health, {}, { public: true });
  const { status, services } = answer.health;
  if (out.json) out.document(answer.health);
  else
    out.list(
      [
        { head: 'PLATFORM', of: ({ name }) => name },
        { head: 'STATUS', of: (each) => each.status },
        { head: 'LATENCY', of: ({ latencyMs }) => (latencyMs == null ? '' : `${Math.round(latencyMs)} ms`) },
        { head: 'MESSAGE', of: ({ message }) => message },
      ],
      services,
    );
  if (status === 'UNHEALTHY') throw new Failure(exitCodes.upstream, 'The server is not healthy.');
  out.note(
    `${status === 'HEALTHY' ? 'All is well' : 'Some of it does not work'}.`,
    status === 'HEALTHY' ? 'green' : 'yellow',
  );
}
