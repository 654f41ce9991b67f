import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  startTraining,
  TrainingError,
  type TrainingEvent,
  type TrainingJob,
} from '../../emulators/training/index.ts';
import { eventsOf, flowers, houses, jobOn, of } from './training-tables.ts';

const training = new URL('../../emulators/training/index.ts', import.meta.url).href;
const tables = new URL('./training-tables.ts', import.meta.url).href;

/** What a program prints in a process of its own; it has 20 s to end. */
async function runNode(program: string, args: string[]): Promise<string> {
  const node = ['--input-type=module', '-e', program, ...args];
  return (await promisify(execFile)(process.execPath, node, { timeout: 20_000 })).stdout.trim();
}

/** Some seconds of work for one core. */
const slowJob = jobOn(houses(2000), {
  task: 'Regression',
  targetColumn: 'price',
  allowedAlgorithms: ['RandomForest'],
  maxTrials: 1,
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** The events of a job whose time is up as soon as one of the kind is seen. */
async function eventsUntilTimeout(job: TrainingJob, kind: TrainingEvent['kind']): Promise<TrainingEvent[]> {
  const time = new AbortController();
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(time.signal);
  const events: TrainingEvent[] = [];
  for await (const event of startTraining(job, { signal: new AbortController().signal })) {
    events.push(event);
    if (event.kind === kind) time.abort(new DOMException('time is up', 'TimeoutError'));
  }
  expect(timeout).toHaveBeenCalledWith(job.timeoutMs);
  return events;
}

describe('what is trained', () => {
  test('no more trials than asked for, and as many at once as allowed', async () => {
    const events = await eventsOf(jobOn(flowers(60), { maxTrials: 8, maxConcurrentTrials: 3 }));
    let running = 0;
    const atOnce = events.map(({ kind }) => {
      if (kind === 'trialStarted') running += 1;
      if (kind === 'trialCompleted') running -= 1;
      return running;
    });
    expect(of(events, 'trialCompleted')).toHaveLength(8);
    expect(Math.max(...atOnce)).toBe(3);
    expect(atOnce.at(-1)).toBe(0);
  });

  test('the second round tries other parameters', async () => {
    const job = jobOn(flowers(60), { allowedAlgorithms: ['KNN'], maxTrials: 100, maxConcurrentTrials: 1 });
    const events = await eventsOf(job);
    expect(of(events, 'trialStarted').map((event) => event.algorithm)).toEqual(['KNN', 'KNN', 'KNN']);
    const parameters = of(events, 'trialLog').filter((event) => event.line.includes('parameters'));
    expect(new Set(parameters.map((event) => event.line.split(' - ')[2])).size).toBe(3);
  });

  test('blocked algorithms are left out', async () => {
    const job = jobOn(flowers(60), {
      blockedAlgorithms: ['RandomForest', 'LogisticRegression'],
      maxTrials: 2,
    });
    const started = of(await eventsOf(job), 'trialStarted');
    expect(started.map((event) => event.algorithm)).toEqual(['DecisionTree', 'KNN']);
  });

  test('the same run trains the same models, another run splits otherwise', async () => {
    const job = jobOn(flowers(90), { allowedAlgorithms: ['RandomForest'], maxTrials: 1 });
    const trained = async (runId: string) => of(await eventsOf({ ...job, runId }), 'trialCompleted')[0];
    const [first, again, other] = [await trained('run_a'), await trained('run_a'), await trained('run_b')];
    expect(again?.model).toEqual(first?.model);
    expect(again?.heldOut).toEqual(first?.heldOut);
    expect(other?.heldOut.rows).not.toEqual(first?.heldOut.rows);
  });

  test('a large table is sampled, and the log says so', async () => {
    const events = await eventsOf(
      jobOn(flowers(5000), { allowedAlgorithms: ['DecisionTree'], maxTrials: 1 }),
    );
    const log = of(events, 'setupLog').map((event) => event.line.split(' - ')[2]);
    expect(log).toContain('data.csv: read 5000 rows, 4 columns');
    expect(log).toContain(
      'keeping a seeded sample of 2000 of 5000 rows: training time grows with the square of the rows',
    );
    const [trial] = of(events, 'trialCompleted');
    expect(Math.round((trial?.heldOut.rows.length ?? 0) / 10)).toBe(40);
    const lines = flowers(5000).split('\n');
    const places = trial?.heldOut.rows.map((row) => lines.indexOf(Object.values(row).join(',')));
    expect(Math.max(...(places ?? []))).toBeGreaterThan(4000);
  });
});

describe('ending', () => {
  test('an aborted job ends in the middle of a fit, with the reason', async () => {
    const controller = new AbortController();
    const kinds: string[] = [];
    const train = async () => {
      for await (const event of startTraining(slowJob, { signal: controller.signal })) {
        kinds.push(event.kind);
        if (event.kind === 'trialLog') controller.abort(new Error('cancelled by Ada'));
      }
    };
    await expect(train()).rejects.toThrow('cancelled by Ada');
    expect(kinds).toContain('trialStarted');
    expect(kinds).not.toContain('trialCompleted');
  });

  test('a job aborted before it starts does not start', async () => {
    await expect(eventsOf(slowJob, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });

  test('a reader who leaves ends the workers: nothing keeps the process alive for the minutes left', async () => {
    const program = `
      const { startTraining } = await import(process.argv[1]);
      const { houses, jobOn } = await import(process.argv[2]);
      const job = jobOn(houses(2000), { task: 'Regression', targetColumn: 'price', maxTrials: 100 });
      for await (const { kind } of startTraining(job, { signal: new AbortController().signal })) {
        if (kind === 'trialStarted') break;
      }
      console.log('left');`;
    expect(await runNode(program, [training, tables])).toBe('left');
  });

  test('a job whose time is up before any trial is done fails with that', async () => {
    const error = await eventsUntilTimeout(slowJob, 'trialLog').catch((thrown) => thrown);
    expect(error).toBeInstanceOf(TrainingError);
    expect(error).toMatchObject({ code: 'TimedOut', message: 'The job ran longer than its 60 s.' });
  });

  test('the trials done before the time is up stand', async () => {
    const job = { ...slowJob, allowedAlgorithms: ['ElasticNet', 'RandomForest'], maxTrials: 2 };
    const events = await eventsUntilTimeout(job, 'trialCompleted');
    expect(of(events, 'trialCompleted').map((event) => event.index)).toEqual([0]);
    expect(of(events, 'trialFailed')).toEqual([
      { kind: 'trialFailed', index: 1, error: 'The job ran longer than its 60 s.' },
    ]);
  });
});

test('an idle emulator holds none of the libraries', async () => {
  const program = `
    import { createRequire } from 'node:module';
    await import(process.argv[1]);
    const { cache } = createRequire(process.argv[1]);
    const loaded = () => Object.keys(cache).filter((path) => /ml-|csv-parse/.test(path)).length > 0;
    const idle = loaded();
    createRequire(process.argv[1])('ml-matrix');
    console.log(idle, loaded());`;
  expect(await runNode(program, [training])).toBe('false true');
});
