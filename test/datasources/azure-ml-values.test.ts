import { describe, expect, it } from 'vitest';
import {
  chunkedList,
  toDate,
  toMilliseconds,
  toNumber,
  toTags,
} from '../../src/datasources/azure-ml/values.ts';

describe('dates of the service', () => {
  it.each([
    ['2026-05-04T08:15:30.1234567Z', '2026-05-04T08:15:30.123Z'],
    ['2026-05-04T08:15:30.1234567+00:00', '2026-05-04T08:15:30.123Z'],
    ['2026-05-04T10:15:30+02:00', '2026-05-04T08:15:30.000Z'],
    ['2026-05-04T08:15:30.1234567', '2026-05-04T08:15:30.123Z'],
  ])('reads %s', (text, iso) => {
    expect(toDate(text)?.toISOString()).toBe(iso);
  });

  it.each([null, undefined, '', 'soon'])('reads %j as no date', (text) => {
    expect(toDate(text)).toBeNull();
  });
});

describe('time spans', () => {
  it.each([
    ['00:09:19.59', 559_590],
    ['00:09:19.5900000', 559_590],
    ['1.02:00:00', 93_600_000],
    ['0:00:05', 5_000],
  ])('reads %s', (span, milliseconds) => {
    expect(toMilliseconds(span)).toBe(milliseconds);
  });

  it.each([null, '', '9 minutes', '00:09'])('reads %j as none', (span) => {
    expect(toMilliseconds(span)).toBeNull();
  });
});

describe('numbers', () => {
  it.each([
    ['0.0870', 0.087],
    [0, 0],
    ['-1e-3', -0.001],
    ['nan', null],
    ['NaN', null],
    ['inf', null],
    ['-Infinity', null],
    [Number.NaN, null],
    ['', null],
    [null, null],
  ])('reads %j as %j', (value, number) => {
    expect(toNumber(value)).toBe(number);
  });
});

describe('tags', () => {
  it('hides what the platform and this gateway keep for themselves', () => {
    const tags = {
      team: 'north',
      flag: null,
      score_card: 'mine',
      _aml_system_ComputeTargetStatus: '{}',
      'azureml.nodeid': '1',
      'mlflow.user': 'ada',
      'mlgraph.dataset': 'sales:3',
      automl_best_child_run_id: 'job_2',
      score_000: '0.1;0.2',
      run_algorithm_000: 'KNN',
      model_explain_run: 'best_run',
    };
    expect(toTags(tags)).toEqual([
      { name: 'team', value: 'north' },
      { name: 'flag', value: '' },
      { name: 'score_card', value: 'mine' },
    ]);
  });
});

describe('lists in chunked tags', () => {
  it('joins the chunks in their order and keeps empty positions', () => {
    const tags = {
      run_preprocessor_001: 'PCA;',
      run_preprocessor_000: 'MaxAbsScaler;;StandardScaler',
      run_preprocessor_010: 'last',
      run_preprocessor_note: 'no chunk',
    };
    expect(chunkedList(tags, 'run_preprocessor')).toEqual([
      'MaxAbsScaler',
      '',
      'StandardScaler',
      'PCA',
      '',
      'last',
    ]);
  });

  it('is empty without chunks, or with an empty one', () => {
    expect(chunkedList(null, 'score')).toEqual([]);
    expect(chunkedList({ score_000: '' }, 'score')).toEqual([]);
  });
});
