import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GraphQLClient, GraphQLFailure, type UploadFile } from '../../emulators/local/gateway-client.ts';
import { nothing, readSample, type Sample, seed } from '../../emulators/local/seed.ts';
import { sessionFiles } from '../../emulators/local/session.ts';
import { openingTabs } from '../../emulators/local/tabs.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));

let home: string;
let asked: string[];
let progress: Sample[];
let uploaded: UploadFile | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mlgraph-seed-'));
  asked = [];
  progress = [];
  uploaded = undefined;
});
afterEach(() => rmSync(home, { recursive: true }));

/** Answers as the gateway does; each query it is asked must be one of the schema. */
const gateway =
  ({
    dataset = null,
    status = 'COMPLETED',
  }: {
    dataset?: string | null;
    status?: string;
  } = {}): GraphQLClient =>
  async <T>(query: string, variables: Record<string, unknown>, file?: UploadFile) => {
    expect(validate(schema, parse(query))).toEqual([]);
    const field =
      /(agents|createSession|uploadDataset|startExperiment|genieSpaces|askGenie|service|createConfig|train|node|dataset)\(/.exec(
        query,
      )?.[1] ?? '';
    asked.push(field);
    uploaded ??= file;
    if (field === 'dataset' && dataset === null) throw new GraphQLFailure('There is none.', 'NOT_FOUND');
    const answers: Record<string, unknown> = {
      agents: {
        agents: {
          nodes: [
            { id: 'a-0', name: 'clerk' },
            { id: 'a-1', name: 'storyteller' },
          ],
        },
      },
      createSession: { createSession: { session: { id: 's-1' } } },
      dataset: { dataset: { id: dataset } },
      uploadDataset: { uploadDataset: { dataset: { id: 'd-1' } } },
      startExperiment: { startExperiment: { run: { id: 'r-1' } } },
      genieSpaces: { genieSpaces: { nodes: [{ id: 'g-1', title: 'Retail sales' }] } },
      askGenie: { askGenie: { message: { id: 'q-1' } } },
      service: { service: { id: 'sv-1' } },
      createConfig: { createConfig: { config: { id: 'c-1' } } },
      train: { train: { run: { id: 'tr-1' } } },
      node: { node: { status: variables.id === 'tr-1' ? 'COMPLETED' : status, models: [{ id: 'm-1' }] } },
    };
    return answers[field] as T;
  };
const plant = (graphql: GraphQLClient) =>
  seed({
    home,
    graphql,
    signal: new AbortController().signal,
    onProgress: (sample) => void progress.push(sample),
  });

const planted: Sample = {
  datasetId: 'd-1',
  runId: 'r-1',
  sessionId: 's-1',
  spaceId: 'g-1',
  questionId: 'q-1',
  serviceId: 'sv-1',
  configId: 'c-1',
  modelId: 'm-1',
  finished: true,
};

describe('the sample', () => {
  it('is uploaded and trained on once', async () => {
    await plant(gateway());
    expect(asked).toEqual([
      ...['agents', 'createSession', 'dataset', 'uploadDataset', 'startExperiment'],
      ...['genieSpaces', 'askGenie', 'service', 'createConfig', 'train', 'node', 'node', 'node'],
    ]);
    expect(uploaded?.content.toString().split('\n')[0]).toContain('species');
    expect(progress.map(({ runId }) => runId)).toEqual([null, null, ...Array(7).fill('r-1')]);
    expect(readSample(home)).toEqual(planted);
    asked = [];
    await plant(gateway());
    expect(asked).toEqual([]);
  });

  it('goes on where an earlier start stopped', async () => {
    await expect(plant(gateway({ status: 'FAILED' }))).rejects.toThrow('ended as FAILED');
    expect(readSample(home)).toEqual({ ...planted, runId: null, finished: false });
    asked = [];
    await plant(gateway());
    expect(asked).toEqual(['startExperiment', 'node']);
  });

  it('is not uploaded again when it is already there', async () => {
    await plant(gateway({ dataset: 'd-0' }));
    expect(asked).not.toContain('uploadDataset');
    expect(readSample(home).datasetId).toBe('d-0');
  });

  it('is the real data: 150 flowers, 50 of each species', () => {
    const lines = readFileSync(new URL('../../samples/iris.csv', import.meta.url), 'utf8')
      .trim()
      .split('\n');
    expect(lines[0]).toBe('sepal_length,sepal_width,petal_length,petal_width,species');
    const rows = lines.slice(1).map((line) => line.split(','));
    const count = (species: string) => rows.filter((row) => row[4] === species).length;
    expect([count('setosa'), count('versicolor'), count('virginica')]).toEqual([50, 50, 50]);
    const mean = (column: number) => rows.reduce((sum, row) => sum + Number(row[column]), 0) / rows.length;
    expect([0, 1, 2, 3].map((column) => mean(column).toFixed(3))).toEqual([
      '5.843',
      '3.057',
      '3.758',
      '1.199',
    ]);
  });
});

describe('the opening tabs', () => {
  const all = openingTabs(planted);

  it('are queries of the schema, with the variables they declare', () => {
    expect(all.map(({ title }) => title)).toHaveLength(17);
    for (const { query, variables } of all) {
      const document = parse(query);
      expect(validate(schema, document)).toEqual([]);
      const [operation] = document.definitions;
      if (operation?.kind !== 'OperationDefinition') throw new Error('Each tab is one operation.');
      const declared = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
      expect(Object.keys(JSON.parse(variables)).sort()).toEqual(declared.sort());
    }
  });

  it('say what they say within the width of the editor', () => {
    const comments = all.flatMap(({ query }) => query.split('\n').filter((line) => line.startsWith('#')));
    expect(comments.length).toBeGreaterThan(4);
    expect(comments.filter((line) => line.length > 56)).toEqual([]);
  });

  it('follow a run live: its status, then its logs; and a chat', () => {
    const live = all.filter(({ query }) => /^subscription /m.test(query));
    expect(live.map(({ title }) => title)).toEqual([
      'Watch it',
      'Follow the logs',
      'Chat: listen',
      'Genie: the answer',
    ]);
  });

  it('that need the sample come with it', () => {
    const none = openingTabs(nothing);
    expect(none.map(({ title }) => title)).toEqual([
      'Who am I',
      'Datasets',
      'Upload a CSV',
      'Agents and chats',
      'Services',
      'All runs and models',
    ]);
    expect(all.find(({ title }) => title === 'Watch it')?.variables).toContain('r-1');
  });
});

it('the files by which people sign in are of the owner alone, and go at the end', () => {
  const files = sessionFiles(home);
  files.writeGraphiql('secret', nothing);
  expect(statSync(files.graphiqlFile).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(files.graphiqlFile, 'utf8')).headers).toEqual({
    authorization: 'Bearer secret',
  });
  files.remove();
  expect(() => statSync(files.graphiqlFile)).toThrow('ENOENT');
});
