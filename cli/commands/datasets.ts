import { basename, extname } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { fileBody, openUpload } from '../api/upload.ts';
import { readAnswer } from '../api/wire.ts';
import type { Cli } from '../cli.ts';
import { UploadDataset } from '../operations.ts';
import { progressBar } from '../output/progress.ts';
import type { World } from '../world.ts';
import { action, examples } from './action.ts';
import { answered } from './answered.ts';

type Tag = { name: string; value: string };
type Options = { name?: string; description?: string; tag?: Tag[] };

export function addDatasets(program: Command, world: World): void {
  const datasets = program.command('datasets').summary('upload datasets').description('Datasets.');
  datasets
    .command('upload')
    .description('Upload a file as a new version of a dataset, of any size.')
    .argument('<file>')
    .option('--name <name>', 'of the dataset; without it, that of the file')
    .option('--description <text>', 'what it holds')
    .option('--tag <name=value>', 'once for each', tag)
    .addHelpText(
      'after',
      examples(
        ['mlgraph datasets upload sales.csv', ''],
        ['mlgraph datasets upload ~/2026-01.csv --name sales --tag region=north', ''],
        ['mlgraph datasets upload sales.csv --json | jq -r .dataset.id', ''],
      ),
    )
    .action(action<[string, Options]>(world, upload));
}

function tag(text: string, before: Tag[] = []): Tag[] {
  const [, name, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Such as region=north.');
  return [...before, { name, value }];
}

async function upload(cli: Cli, path: string, options: Options): Promise<void> {
  const { out, world } = cli;
  const api = cli.api();
  const file = await openUpload(path);
  const { name = basename(path, extname(path)), description, tag: tags } = options;
  const variables = { input: { name, description, tags, file: null } };
  const bar = progressBar(out.lively ? world.stderr : null, basename(path), file.size);
  try {
    const body = () => fileBody(UploadDataset, variables, file, (sent) => bar.update(sent));
    const response = await api.send('UploadDataset', body, { accept: 'application/json', deadlineMs: null });
    const answer = api.dataOf(await readAnswer<{ uploadDataset?: Uploaded | null }>(response, api.url));
    bar.stop();
    tell(cli, answered(answer.uploadDataset));
  } finally {
    bar.stop();
  }
}

type Uploaded = { dataset: { id: string; name: string; version?: string | null; type: string } };

function tell({ out }: Cli, uploaded: Uploaded): void {
  const { name, version, id } = uploaded.dataset;
  if (out.json) out.document(uploaded);
  else out.line(id);
  out.note(`Uploaded ${name}${version ? `, version ${version}` : ''}.`, 'green');
}
