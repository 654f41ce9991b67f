import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { Api } from '../api/client.ts';
import { findOne, mayBeId } from '../api/find.ts';
import { collect } from '../api/pages.ts';
import type { Cli } from '../cli.ts';
import { notFound } from '../failure.ts';
import { RunResult, ServiceConfigs, Train } from '../operations.ts';
import type { World } from '../world.ts';
import { action, examples } from './action.ts';
import { answered } from './answered.ts';
import { readTable } from './csv-table.ts';
import { serviceIdOf } from './find-service.ts';
import { readGeo } from './geo.ts';
import { watchRun } from './watch.ts';

type Options = { geo?: string; text?: string[]; watch?: boolean };

export function addTrain(program: Command, world: World): void {
  program
    .command('train')
    .summary('train a model of a service')
    .description(
      'Train a model of a service with a CSV file. The id of the run is the result; with --watch, that of the model.',
    )
    .argument('<service>', 'name or id, as in "mlgraph services list"')
    .argument('<config>', 'name or id of one of its configurations')
    .argument('<file.csv>', 'with a head')
    .option('--geo <file>', 'a GeoJSON FeatureCollection')
    .option('--text <column...>', 'columns to be taken as text, although they look like numbers')
    .option('-w, --watch', 'follow it to its end, as "mlgraph runs watch" does')
    .addHelpText(
      'after',
      examples(
        ['mlgraph train forecasting weekly history.csv', ''],
        ['MODEL=$(mlgraph train forecasting weekly history.csv --watch)', 'and predict with it'],
      ),
    )
    .action(action<[string, string, string, Options]>(world, train));
}

async function train(
  cli: Cli,
  service: string,
  config: string,
  path: string,
  options: Options,
): Promise<void> {
  const { out } = cli;
  const data = await readTable(path, options.text);
  const geo = await readGeo(options.geo);
  const api = cli.api();
  const serviceId = await serviceIdOf(api, service);
  const configId = await configIdOf(api, serviceId, config);
  const input = { serviceId, configId, data, geo, clientRunId: randomUUID() };
  const { run } = answered((await api.request(Train, { input })).train);
  if (out.json) out.event({ type: 'run', run });
  else out.note(`Run ${run.name} is ${run.status}.`);
  if (!options.watch) {
    if (!out.json) out.line(run.id);
    return;
  }
  await watchRun(cli, api, run.id, { logs: false });
  await tellModels(cli, api, run.id);
}

async function configIdOf(api: Api, serviceId: string, said: string): Promise<string> {
  if (mayBeId(said)) return said;
  const { items } = await collect(1000, undefined, async (page) => {
    const { node } = await api.request(ServiceConfigs, { id: serviceId, ...page });
    if (node?.__typename !== 'Service') throw notFound('There is no such service.');
    return node.configs;
  });
  return findOne('configuration', said, items, ({ id, name }) => ({ id, names: [name] })).id;
}

async function tellModels({ out }: Cli, api: Api, id: string): Promise<void> {
  const { node } = await api.request(RunResult, { id });
  const models = node?.__typename === 'TrainingRun' ? (node.models ?? []) : [];
  if (out.json) return out.event({ type: 'models', models });
  for (const model of models) {
    out.note(`Model ${model.name}${model.version ? ` ${model.version}` : ''}`);
    out.line(model.id);
  }
}
