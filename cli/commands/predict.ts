import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { Api } from '../api/client.ts';
import { findOne, mayBeId } from '../api/find.ts';
import { collect } from '../api/pages.ts';
import type { Cli } from '../cli.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { Models, Predict, RunResult } from '../operations.ts';
import type { World } from '../world.ts';
import { action, examples } from './action.ts';
import { answered } from './answered.ts';
import { readTable } from './csv-table.ts';
import { readGeo } from './geo.ts';
import { watchRun } from './watch.ts';

type Options = { historic?: string; geo?: string; text?: string[]; wait: boolean };

export function addPredict(program: Command, world: World): void {
  program
    .command('predict')
    .summary('predict with a model of a service')
    .description(
      'Predict with a model of a service for the rows of a CSV file. The predictions are the result, as a table or as CSV when piped.',
    )
    .argument('<model>', 'id, or a name that one model has, as in "mlgraph models list"')
    .argument('<file.csv>', 'the rows to predict for, with a head')
    .option('--historic <file.csv>', 'what came before them')
    .option('--geo <file>', 'a GeoJSON FeatureCollection')
    .option('--text <column...>', 'columns to be taken as text, although they look like numbers')
    .option('--no-wait', 'print the id of the run, and leave it')
    .addHelpText(
      'after',
      examples(
        ['mlgraph predict MODEL future.csv', ''],
        ['mlgraph predict MODEL future.csv --historic history.csv > predictions.csv', ''],
        ['MLGRAPH_API_KEY=mlg_… mlgraph predict MODEL future.csv --json', 'in a scheduled job'],
      ),
    )
    .action(action<[string, string, Options]>(world, predict));
}

async function predict(cli: Cli, model: string, path: string, options: Options): Promise<void> {
  const { out } = cli;
  const future = await readTable(path, options.text);
  const historic =
    options.historic === undefined ? undefined : await readTable(options.historic, options.text);
  const geo = await readGeo(options.geo);
  const api = cli.api();
  const modelId = await modelIdOf(api, model);
  const input = { modelId, future, historic, geo, clientRunId: randomUUID() };
  const { run } = answered((await api.request(Predict, { input })).predict);
  if (out.json) out.event({ type: 'run', run });
  else out.note(`Run ${run.name} is ${run.status}.`);
  if (options.wait) return showPredictions(cli, api, run.id);
  if (!out.json) out.line(run.id);
}

async function modelIdOf(api: Api, said: string): Promise<string> {
  if (mayBeId(said)) return said;
  const { items } = await collect(1000, undefined, async (page) => (await api.request(Models, page)).models);
  return findOne('model', said, items, ({ id, name }) => ({ id, names: [name] })).id;
}

async function showPredictions(cli: Cli, api: Api, id: string): Promise<void> {
  const { out } = cli;
  await watchRun(cli, api, id, { logs: false });
  const { node } = await api.request(RunResult, { id });
  const predictions = node?.__typename === 'PredictionRun' ? node.predictions : null;
  if (!predictions) throw new Failure(exitCodes.upstream, 'The predictions could not be read.');
  if (out.json) out.event({ type: 'predictions', ...predictions });
  else out.data(predictions);
  if (predictions.truncated) out.warn(`Only the first ${predictions.rows.length} rows.`);
}
