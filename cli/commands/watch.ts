import type { Command } from 'commander';
import type { Api } from '../api/client.ts';
import { findOne, mayBeId } from '../api/find.ts';
import { follow } from '../api/follow.ts';
import { collect } from '../api/pages.ts';
import type { Cli } from '../cli.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure, interrupted } from '../failure.ts';
import type { RunStatus, RunStatusChangesSubscription } from '../graphql/graphql.ts';
import { RunLogs, RunStatusChanges, Runs } from '../operations.ts';
import type { World } from '../world.ts';
import { action, examples } from './action.ts';

type Options = { logs: boolean };

export function addWatch(runs: Command, world: World): void {
  runs
    .command('watch')
    .summary('follow a run to its end')
    .description(
      'Follow a run to its end: its log on stdout, its status on stderr. Exits with 0 when it is completed, 1 when it failed, 9 when it was canceled.',
    )
    .argument('<run>', 'id, or its name in "mlgraph runs list"')
    .option('--no-logs', 'the status only')
    .addHelpText(
      'after',
      examples(
        ['mlgraph runs watch RUN', ''],
        ['mlgraph runs watch RUN > run.log && echo done', 'the log into a file'],
        ['mlgraph runs watch RUN --json', 'a JSON line an event'],
      ),
    )
    .action(
      action<[string, Options]>(world, async (cli, said, options) => {
        const api = cli.api();
        await watchRun(cli, api, await runIdOf(api, said), options);
      }),
    );
}

async function runIdOf(api: Api, said: string): Promise<string> {
  if (mayBeId(said)) return said;
  const { items } = await collect(200, undefined, async (page) => (await api.request(Runs, page)).runs);
  return findOne('run', said, items, ({ id, name, displayName }) => ({ id, names: [name, displayName] })).id;
}

/** Follows a run until it is final. @throws Failure unless it is completed, with the exit code for it. */
export async function watchRun(cli: Cli, api: Api, id: string, { logs }: Options): Promise<void> {
  const { out, world } = cli;
  const leaving = new AbortController();
  const { signal } = leaving;
  const stop = world.onInterrupt(() => {
    out.note('The run goes on. To watch it again: mlgraph runs watch RUN');
    leaving.abort(interrupted());
  });
  try {
    const lines = logs ? showLogs(cli, api, id, signal) : Promise.resolve();
    // Whichever fails first ends the other.
    lines.catch((error: unknown) => leaving.abort(error));
    const last = await showStatus(cli, api, id, signal).catch((error: unknown) => {
      leaving.abort(error);
      throw error;
    });
    await lines;
    assertCompleted(last);
  } finally {
    stop();
  }
}

type StatusEvent = RunStatusChangesSubscription['runStatus'];

async function showStatus(
  { out, world }: Cli,
  api: Api,
  id: string,
  signal: AbortSignal,
): Promise<StatusEvent | null> {
  let last: StatusEvent | null = null;
  const onGap = () => out.trace('The stream was cut; taken up again.');
  const events = follow(api, RunStatusChanges, { id }, ({ runStatus }) => runStatus.cursor, {
    world,
    signal,
    onGap,
  });
  for await (const { runStatus } of events) {
    last = runStatus;
    if (out.json) out.event({ type: 'status', ...runStatus });
    out.note(`● ${statusLine(runStatus)}`, colourOf(runStatus.status));
  }
  return last;
}

function statusLine({ status, completedTrials, totalTrials, bestScore }: StatusEvent): string {
  const trials =
    completedTrials == null
      ? ''
      : `, ${completedTrials}${totalTrials == null ? '' : ` of ${totalTrials}`} trials`;
  return `${status}${trials}${bestScore == null ? '' : `, best ${bestScore.toPrecision(4)}`}`;
}

const colourOf = (status: RunStatus) =>
  status === 'COMPLETED' ? 'green' : ['FAILED', 'CANCELED'].includes(status) ? 'red' : 'cyan';

/** A run whose log cannot be read is watched without. */
async function showLogs({ out, world }: Cli, api: Api, id: string, signal: AbortSignal): Promise<void> {
  try {
    const chunks = follow(api, RunLogs, { id }, ({ runLogs }) => runLogs.cursor, { world, signal });
    for await (const { runLogs } of chunks) {
      if (out.json) out.event({ type: 'logs', ...runLogs });
      else out.write(runLogs.text);
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.exitCode !== exitCodes.upstream) throw error;
    out.warn(`The log cannot be read: ${error.message}`);
  }
}

function assertCompleted(last: StatusEvent | null): void {
  const { status, run } = last ?? {};
  if (status === 'COMPLETED') return;
  if (status === 'CANCELED')
    throw new Failure(exitCodes.canceled, 'The run was canceled.', { code: 'CANCELED' });
  if (status !== 'FAILED')
    throw new Failure(exitCodes.upstream, `The server stopped telling; the run is ${status ?? 'unknown'}.`);
  const why = run?.error ? `: ${run.error.message}` : '.';
  throw new Failure(exitCodes.failed, `The run failed${why}`, { code: run?.error?.code ?? 'FAILED' });
}
