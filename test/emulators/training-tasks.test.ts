import { describe, expect, test } from 'vitest';
import { algorithmsFor, predict, scoreWith } from '../../emulators/training/index.ts';
import { eventsOf, flowers, houses, jobOn, metricOf, of, sales } from './training-tables.ts';

/** What is stored is JSON: scoring must work from what is read back. */
const stored = (model: unknown): unknown => JSON.parse(JSON.stringify(model));

const share = (hits: boolean[]) => hits.filter(Boolean).length / hits.length;

describe('classification', () => {
  const text = flowers(150);
  const events = eventsOf(jobOn(text, { primaryMetric: 'Accuracy' }));

  test('every algorithm is a trial under its Azure name', async () => {
    const started = of(await events, 'trialStarted');
    expect(started.map((event) => event.algorithm)).toEqual(algorithmsFor('Classification'));
    expect(of(await events, 'trialFailed')).toEqual([]);
  });

  test('kinds that differ are told apart', async () => {
    const completed = of(await events, 'trialCompleted');
    expect(completed).toHaveLength(6);
    expect(Math.max(...completed.map((event) => event.score))).toBeGreaterThan(0.9);
    expect(Math.min(...completed.map((event) => event.score))).toBeGreaterThan(0.6);
  });

  test('a score is that of the stored model on the held-out rows', async () => {
    for (const { index, score, model, heldOut } of of(await events, 'trialCompleted')) {
      const truth = heldOut.rows.map((row) => row.kind);
      const predicted = predict(
        stored(model),
        heldOut.rows.map(({ kind: _kind, ...row }) => row),
      );
      expect(share(predicted.map((label, row) => label === truth[row]))).toBe(score);
      expect(metricOf(await events, index, 'accuracy')).toBe(score);
    }
  });

  test('AUC_weighted is that of the stored model, by counting pairs', async () => {
    for (const { index, model, heldOut } of of(await events, 'trialCompleted')) {
      const { probabilities, classes } = scoreWith(stored(model), heldOut.rows);
      const weighted = (classes ?? []).map((label, column) => {
        const scores = (positive: boolean) =>
          heldOut.rows.flatMap((row, i) =>
            (row.kind === label) === positive ? [probabilities?.[i]?.[column] ?? 0] : [],
          );
        const pairs = scores(true).flatMap((a) => scores(false).map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
        return (
          (scores(true).length / heldOut.rows.length) *
          (pairs.reduce<number>((x, y) => x + y, 0) / pairs.length)
        );
      });
      expect(metricOf(await events, index, 'AUC_weighted')).toBeCloseTo(
        weighted.reduce((a, b) => a + b),
        10,
      );
    }
  });

  test('the held-out rows are a fifth of the file, of every kind alike, and the model did not see them', async () => {
    const [first] = of(await events, 'trialCompleted');
    const rows = first?.heldOut.rows ?? [];
    expect(rows).toHaveLength(30);
    for (const kind of ['setosa', 'versicolor', 'virginica']) {
      expect(rows.filter((row) => row.kind === kind)).toHaveLength(10);
    }
    const file = text.split('\n');
    expect(rows.every((row) => file.includes(Object.values(row).join(',')))).toBe(true);
  });

  test('the loss of logistic regression falls as it learns', async () => {
    const losses = of(await events, 'trialMetric').filter((event) => event.name === 'train_log_loss');
    expect(losses.map((event) => event.step)).toEqual([50, 100, 200, 400]);
    expect(losses.map((event) => event.value)).toEqual(
      losses.map((event) => event.value).toSorted((a, b) => b - a),
    );
  });

  test('the log tells rows, columns, split, fit time and score', async () => {
    const setup = of(await events, 'setupLog').map((event) => event.line);
    expect(setup.join('\n')).toMatch(
      /read 150 rows, 4 columns\n.*sepal numeric, petal numeric, colour 3 categories/,
    );
    expect(setup.join('\n')).toMatch('120 rows to train on, 30 held out');
    const trial = of(await events, 'trialLog').filter((event) => event.index === 0);
    expect(trial.map((event) => event.line).join('\n')).toMatch(
      /trial 0: StandardScalerWrapper, LogisticRegression\n[\s\S]*fitted to 120 rows in \d+\.\d\d s\n[\s\S]*accuracy \d\.\d{6}/,
    );
  });

  test('two classes, an unknown category and a missing number are scored', async () => {
    const two = text.split('\n').filter((line) => !line.includes('virginica'));
    const [trial] = of(await eventsOf(jobOn(two.join('\n'), { maxTrials: 1 })), 'trialCompleted');
    const rows = [{ sepal: 5, petal: null, colour: 'green' }, { petal: '1.5' }];
    expect(predict(stored(trial?.model), rows)).toEqual([expect.any(String), 'setosa']);
  });
});

describe('regression', () => {
  const events = eventsOf(
    jobOn(houses(200), { task: 'Regression', targetColumn: 'price', primaryMetric: 'R2Score', maxTrials: 4 }),
  );

  test('every algorithm predicts prices, and its score is that of the stored model', async () => {
    expect(of(await events, 'trialStarted').map((event) => event.algorithm)).toEqual(
      algorithmsFor('Regression'),
    );
    const completed = of(await events, 'trialCompleted');
    expect(completed).toHaveLength(4);
    for (const { score, model, heldOut } of completed) {
      const truth = heldOut.rows.map((row) => Number(row.price));
      const predicted = predict(stored(model), heldOut.rows).map(Number);
      const mean = truth.reduce((a, b) => a + b) / truth.length;
      const squares = (from: (row: number) => number) =>
        truth.reduce((sum, y, row) => sum + (y - from(row)) ** 2, 0);
      expect(score).toBeCloseTo(1 - squares((row) => predicted[row] ?? 0) / squares(() => mean), 10);
      expect(score).toBeGreaterThan(0.8);
    }
  });

  test('a linear world is learned by the elastic net', async () => {
    const linear = of(await events, 'trialCompleted').find((event) => event.index === 0);
    expect(linear?.score).toBeGreaterThan(0.99);
  });
});

describe('forecasting', () => {
  const forecasting = { timeColumn: 'day', timeSeriesIdColumns: ['shop'], horizon: 14 };
  const job = jobOn(sales(120), { task: 'Forecasting', targetColumn: 'units', forecasting, maxTrials: 8 });
  const events = eventsOf(job);

  test('the last horizon of every series is forecast, from what was known before it', async () => {
    for (const { heldOut } of of(await events, 'trialCompleted')) {
      expect(heldOut.rows).toHaveLength(28);
      expect(new Set(heldOut.rows.map((row) => row.shop)).size).toBe(2);
      expect(heldOut.rows.every((row) => String(row.day) >= '2025-04-17')).toBe(true);
    }
    const truth = sales(120);
    const changed = truth.replace(/(2025-04-(?:1[789]|2\d|30),\w+),[\d.]+/g, '$1,999');
    expect(changed).not.toBe(truth);
    const again = of(
      await eventsOf({ ...job, table: { ...job.table, bytes: async () => Buffer.from(changed) } }),
      'trialCompleted',
    );
    const before = of(await events, 'trialCompleted');
    const forecasts = (completed: typeof again) =>
      completed.toSorted((a, b) => a.index - b.index).map((event) => event.heldOut.predicted);
    expect(forecasts(again)).toEqual(forecasts(before));
  });

  test('a score is that of the stored model, normalised by the range of the data', async () => {
    const units = sales(120)
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(',')[2]));
    const range = Math.max(...units) - Math.min(...units);
    const completed = of(await events, 'trialCompleted');
    expect(completed).toHaveLength(8);
    for (const { score, model, heldOut } of completed) {
      const predicted = predict(stored(model), heldOut.rows).map(Number);
      const squares = heldOut.rows.map((row, i) => (Number(row.units) - (predicted[i] ?? 0)) ** 2);
      const rootMeanSquare = Math.sqrt(squares.reduce((a, b) => a + b) / squares.length);
      expect(score).toBeCloseTo(rootMeanSquare / range, 10);
    }
  });

  test('the seasonal ones know the week', async () => {
    const trials = of(await events, 'trialStarted');
    const score = (algorithm: string) => {
      const index = trials.find((event) => event.algorithm === algorithm)?.index;
      return events.then(
        (all) => of(all, 'trialCompleted').find((event) => event.index === index)?.score ?? Number.NaN,
      );
    };
    expect(await score('SeasonalNaive')).toBeLessThan((await score('Naive')) / 3);
    expect(await score('SeasonalAverage')).toBeLessThan(await score('Average'));
    expect(await score('ElasticNet')).toBeLessThan(await score('Naive'));
  });

  test('naive forecasts are exactly what their names say', async () => {
    const trials = of(await events, 'trialStarted');
    const model = async (algorithm: string) => {
      const index = trials.find((event) => event.algorithm === algorithm)?.index;
      return of(await events, 'trialCompleted').find((event) => event.index === index)?.model;
    };
    const known = sales(106)
      .trim()
      .split('\n')
      .slice(1, 107)
      .map((line) => Number(line.split(',')[2]));
    const rows = [7, 8].map((ahead) => ({
      day: new Date(Date.UTC(2025, 0, 106 + ahead)).toISOString().slice(0, 10),
      shop: 'north',
    }));
    expect(predict(await model('Naive'), rows)).toEqual([known.at(-1), known.at(-1)]);
    expect(predict(await model('SeasonalNaive'), rows)).toEqual([known.at(-1), known.at(-7)]);
    expect(predict(await model('Average'), rows)[0]).toBeCloseTo(
      known.reduce((a, b) => a + b) / known.length,
      10,
    );
  });

  test('monthly data without series columns, and series too short for the horizon', async () => {
    const months = Array.from(
      { length: 48 },
      (_, m) => `${2020 + Math.floor(m / 12)}-${String((m % 12) + 1).padStart(2, '0')}`,
    );
    const monthly = `month,guests\n${months.map((month, m) => `${month},${100 + 10 * (m % 12)}`).join('\n')}\n`;
    const settings = { timeColumn: 'month', timeSeriesIdColumns: [], horizon: 6 };
    const base = {
      task: 'Forecasting',
      targetColumn: 'guests',
      allowedAlgorithms: ['SeasonalNaive'],
    } as const;
    const [trial] = of(
      await eventsOf(
        jobOn(monthly, { ...base, allowedAlgorithms: [...base.allowedAlgorithms], forecasting: settings }),
      ),
      'trialCompleted',
    );
    expect(trial?.score).toBe(0);
    const short = jobOn(sales(20), { task: 'Forecasting', targetColumn: 'units', forecasting });
    await expect(eventsOf(short)).rejects.toThrow('No series has the 29 time points');
  });
});

describe('cross-validation and validation tables', () => {
  test('the score is the mean over the folds, each by its own model', async () => {
    const job = jobOn(flowers(60), { primaryMetric: 'Accuracy', crossValidations: 3, maxTrials: 2 });
    const completed = of(await eventsOf(job), 'trialCompleted');
    expect(completed).toHaveLength(2);
    for (const { score, heldOut } of completed) {
      expect(heldOut.rows).toHaveLength(60);
      const folds = (heldOut.folds ?? []).map(({ start, end, model }) => {
        const rows = heldOut.rows.slice(start, end);
        return share(predict(stored(model), rows).map((label, row) => label === rows[row]?.kind));
      });
      expect(folds).toHaveLength(3);
      expect(score).toBeCloseTo(folds.reduce((a, b) => a + b) / 3, 10);
    }
  });

  test('a rolling origin forecasts each horizon from the time before it', async () => {
    const forecasting = { timeColumn: 'day', timeSeriesIdColumns: ['shop'], horizon: 7 };
    const job = jobOn(sales(60), {
      task: 'Forecasting',
      targetColumn: 'units',
      forecasting,
      crossValidations: 2,
      maxTrials: 1,
    });
    const [trial] = of(await eventsOf(job), 'trialCompleted');
    expect(trial?.heldOut.folds?.map(({ start, end }) => end - start)).toEqual([14, 14]);
    expect(trial?.heldOut.rows[0]?.day).toBe('2025-02-16');
    expect(trial?.heldOut.rows[14]?.day).toBe('2025-02-23');
  });

  test('a validation table is what is held out', async () => {
    const validation = {
      name: 'held.csv',
      bytes: async () => Buffer.from(`${flowers(12)}5,2,blue,unseen\n`),
    };
    const events = await eventsOf(jobOn(flowers(60), { validation, maxTrials: 2 }));
    for (const { heldOut, score } of of(events, 'trialCompleted')) {
      expect(heldOut.rows).toHaveLength(13);
      expect(heldOut.classes).toContain('unseen');
      expect(score).toBeGreaterThan(0.5);
    }
    expect(
      of(events, 'setupLog').some((event) => event.line.includes('60 rows to train on, 13 held out')),
    ).toBe(true);
  });
});
