import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { RunStatusChanges, StartExperiment, UploadDataset } from './operations.ts';
import { type Stack, startStack } from './support/stack.ts';

const people = 50;
const each = 20;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ people });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

/** The path of a single run on the history plane, by which its state and a person's right to it are read. */
const readsOf = async (run: string) =>
  (await stack.emulators.calls('azureml')).filter(({ path }) =>
    path.toLowerCase().endsWith(`/runs/${run}`.toLowerCase()),
  );

test('a thousand subscribers of fifty people cost the polls of one, and one read of rights per person', async () => {
  const file = new File(
    [`a,b,label\n${Array.from({ length: 300 }, (_, row) => `${row},${row % 5},${row % 2}`).join('\n')}`],
    'd.csv',
  );
  const uploaded = await stack.upload(UploadDataset, { name: 'many' }, file);
  const datasetId = uploaded.data?.uploadDataset?.dataset.id ?? '';
  const input = {
    experiment: 'many',
    datasetId,
    task: 'CLASSIFICATION' as const,
    targetColumn: 'label',
    maxTrials: 5,
  };
  const started = await stack.ask(StartExperiment, { input });
  const run = started.data?.startExperiment?.run;
  await stack.emulators.forgetCalls('azureml');

  const query = RunStatusChanges.toString();
  const endings = Array.from({ length: people }, (_, person) => {
    const authorization = `Bearer ${stack.tokens[`Person ${person + 1}`]}`;
    const client = createClient({
      url: stack.wsUrl,
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
    });
    const streams = Array.from({ length: each }, async () => {
      let last: unknown;
      for await (const { data, errors } of client.iterate({ query, variables: { id: run?.id } })) {
        if (errors) throw new Error(JSON.stringify(errors));
        last = (data as { runStatus: { status: string } }).runStatus.status;
      }
      return last;
    });
    return Promise.all(streams).finally(() => client.dispose());
  });
  const last = (await Promise.all(endings)).flat();
  expect(last).toHaveLength(people * each);
  expect(new Set(last)).toEqual(new Set(['COMPLETED']));

  const reads = await readsOf(run?.name ?? '');
  const firstOfEach = new Map(reads.toReversed().map((read) => [read.caller, read]));
  expect(firstOfEach.size).toBe(people);
  // Whoever's token it read with: beyond the one read of each person's right, one loop's polls, a second apart or more.
  const polls = reads.filter((read) => firstOfEach.get(read.caller) !== read).map(({ at }) => Date.parse(at));
  const gaps = polls.slice(1).map((at, index) => at - (polls[index] ?? 0));
  expect(Math.min(...gaps, 1000)).toBeGreaterThan(500);
});

test('a thousand parallel requests of one person with a cold cache: one exchange per audience', async () => {
  await using cold = await startStack();
  const both = '{ datasets(first: 1) { nodes { id } } runs(first: 1) { sources { ok } } }';
  const answers = await Promise.all(Array.from({ length: 1000 }, () => cold.ask(both, {})));
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  const exchanges = (await cold.emulators.calls('entra')).filter(({ details }) =>
    details?.grant?.endsWith('jwt-bearer'),
  );
  const audiences = exchanges.map(({ details }) => details?.scope?.split(' ')[0]).sort();
  expect(audiences).toEqual(['https://management.azure.com/.default', 'https://ml.azure.com/.default']);
});
