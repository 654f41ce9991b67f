import { describe, expect, test } from 'vitest';
import { learnFeatures, vectorOf } from '../../emulators/training/features.ts';
import { TrainingError, type TrainingJob } from '../../emulators/training/index.ts';
import { readRows } from '../../emulators/training/table.ts';
import { eventsOf, flowers, houses, jobOn, of, sales } from './training-tables.ts';

const rowsOf = (text: string, source: { name: string; delimiter?: string }) => {
  const rows: unknown[] = [];
  readRows(
    Buffer.from(text),
    source,
    () => {},
    (row) => rows.push(row),
  );
  return rows;
};

const failureOf = async (text: string, given: Partial<TrainingJob> = {}): Promise<TrainingError> => {
  const error = await eventsOf(jobOn(text, given)).then(
    () => null,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(TrainingError);
  return error;
};

describe('reading', () => {
  test('delimiter by extension, or the one the table names', () => {
    expect(rowsOf('a\tb\n1\t2,5\n', { name: 'x.tsv' })).toEqual([{ a: '1', b: '2,5' }]);
    expect(rowsOf('a;b\n1;2,5\n', { name: 'x.csv', delimiter: ';' })).toEqual([{ a: '1', b: '2,5' }]);
  });

  test('byte order mark, CRLF, quoted line breaks, blank lines and missing values', () => {
    const text = '\ufeffa,b\r\n"x\r\ny",NA\r\n\r\n"say ""hi""", 3 \r\n';
    expect(rowsOf(text, { name: 'x.csv' })).toEqual([
      { a: 'x\r\ny', b: null },
      { a: 'say "hi"', b: '3' },
    ]);
  });

  test('a column without a name is called as pandas calls it', () => {
    expect(rowsOf(',a\n0,1\n', { name: 'x.csv' })).toEqual([{ 'Unnamed: 0': '0', a: '1' }]);
  });
});

describe('refusing', () => {
  test('a ragged row, naming its line', async () => {
    const lines = flowers(30).split('\n');
    lines[6] += ',stray';
    const error = await failureOf(lines.join('\n'));
    expect(error.message).toBe('line 7 has 5 columns, the header has 4');
    expect(error.code).toBe('MalformedTable');
  });

  test('a ragged row beyond the sample too', async () => {
    const error = await failureOf(`${flowers(2500)}1,2\n`);
    expect(error.message).toBe('line 2502 has 2 columns, the header has 4');
  });

  test('a quote that is never closed, naming its line', async () => {
    expect((await failureOf('a,kind\n1,x\n2,"y\n')).message).toMatch(/quote at line \d/i);
  });

  test('an empty file and a header without rows', async () => {
    expect((await failureOf('')).message).toBe('data.csv is empty.');
    expect((await failureOf('a,kind\n')).message).toMatch('has 0 rows with a target; at least 10 are needed');
  });

  test('a target column that is not there, naming those that are', async () => {
    const error = await failureOf(flowers(30), { targetColumn: 'species' });
    expect(error.message).toBe('data.csv has no column species; it has sepal, petal, colour, kind.');
  });

  test('too few rows', async () => {
    expect((await failureOf(flowers(6))).code).toBe('TooFewRows');
  });

  test('a regression target that is no number, naming its line', async () => {
    const text = houses(30).replace(/\d+\n(H10,)/, 'dear\n$1');
    const error = await failureOf(text, { task: 'Regression', targetColumn: 'price' });
    expect(error.message).toBe('line 11: target column price holds dear, which is not a number');
  });

  test('a target of one class, or of far too many', async () => {
    const row = (index: number, kind: string) => `${index % 7},${kind}`;
    const many = Array.from({ length: 150 }, (_, index) => row(index, `k${index}`));
    const same = Array.from({ length: 20 }, (_, index) => row(index, 'k'));
    expect((await failureOf(`a,kind\n${many.join('\n')}`)).message).toMatch('has 150 classes');
    expect((await failureOf(`a,kind\n${same.join('\n')}`)).message).toMatch('has 1 classes');
  });

  test('columns that tell nothing', async () => {
    const rows = Array.from({ length: 20 }, (_, index) => `same,${index % 2 ? 'x' : 'y'}`);
    expect((await failureOf(`a,kind\n${rows.join('\n')}`)).code).toBe('NoFeatures');
  });

  test('a time that is none, and one that stands twice', async () => {
    const forecasting = { timeColumn: 'day', timeSeriesIdColumns: ['shop'], horizon: 7 };
    const job = { task: 'Forecasting', targetColumn: 'units', forecasting } as const;
    const odd = sales(30).replace('2025-01-03,north', 'someday,north');
    expect((await failureOf(odd, job)).message).toBe('line 4: time column day holds someday, no time');
    const mixed = { ...job, forecasting: { ...forecasting, timeSeriesIdColumns: [] } };
    expect((await failureOf(sales(30), mixed)).message).toMatch(
      'stands twice; name the columns that tell series apart',
    );
  });

  test('algorithms that are not there, naming those that are', async () => {
    const error = await failureOf(flowers(30), { allowedAlgorithms: ['LightGBM'] });
    expect(error.message).toMatch(
      'No algorithm is left to train with; there are LogisticRegression, DecisionTree',
    );
  });
});

describe('features', () => {
  const rows = [
    { size: '1', town: 'a', id: null },
    { size: '3', town: 'b', id: null },
    { size: null, town: 'a', id: null },
  ];

  test('numbers are standardised with their mean for a gap, categories become columns', () => {
    const { plan, skipped } = learnFeatures(['size', 'town', 'id'], rows);
    expect(rows.map((row) => vectorOf(plan, row, 'standard'))).toEqual([
      [-1, 1, 0],
      [1, 0, 1],
      [0, 1, 0],
    ]);
    expect(vectorOf(plan, { size: '9', town: 'unheard of' }, 'unit')).toEqual([1, 0, 0]);
    expect(skipped).toEqual([{ name: 'id', reason: 'it is empty' }]);
  });

  test('a text column with a value of its own in nearly every row is not used, one with many is cut', () => {
    const many = Array.from({ length: 100 }, (_, i) => ({ name: `n${i}`, town: `t${i % 30}` }));
    const { plan, skipped } = learnFeatures(['name', 'town'], many);
    expect(skipped.map((column) => column.name)).toEqual(['name']);
    expect(vectorOf(plan, { town: 't0' }, 'standard')).toHaveLength(20);
  });
});

test('rows without a target are dropped, and the log says so', async () => {
  const text = `${flowers(30)}5.1,1.2,blue,\n5.0,1.3,blue,NA\n`;
  const log = of(await eventsOf(jobOn(text, { maxTrials: 1 })), 'setupLog').map((event) => event.line);
  expect(log.join('\n')).toMatch('read 32 rows, 4 columns');
  expect(log.join('\n')).toMatch('dropped 2 rows that have no kind');
  expect(log.every((line) => /^\d{4}-\d\d-\d\dT\S+Z - INFO - /.test(line))).toBe(true);
});
