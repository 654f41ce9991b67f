import { type Row, TrainingError, type TrainingSettings } from './job.ts';
import { type Random, randomOf, seedOf } from './random.ts';
import { type Keeper, mostRecent, reservoir } from './sampling.ts';
import { timeOf } from './series.ts';
import { readRows } from './table.ts';

/** A table's bytes as they come to the worker. */
export type TableBytes = { name: string; delimiter?: string | undefined; bytes: Uint8Array };

export type ReadTable = { header: string[]; rows: Row[]; read: number; withoutTarget: number };

/** The time of the ml.js trees and neighbours grows with the square of the rows: more than these are sampled. */
export const rowLimit = 2000;

function requireColumns(settings: TrainingSettings, name: string, header: string[]): void {
  const { forecasting } = settings;
  const wanted = forecasting ? [forecasting.timeColumn, ...forecasting.timeSeriesIdColumns] : [];
  const missing = [settings.targetColumn, ...wanted].find((column) => !header.includes(column));
  if (missing === undefined) return;
  throw new TrainingError('MissingColumn', `${name} has no column ${missing}; it has ${header.join(', ')}.`);
}

function checkRow({ task, targetColumn, forecasting }: TrainingSettings, row: Row, line: number): void {
  const target = row[targetColumn];
  if (task !== 'Classification' && !Number.isFinite(Number(target))) {
    const message = `line ${line}: target column ${targetColumn} holds ${target}, which is not a number`;
    throw new TrainingError('BadTarget', message);
  }
  if (forecasting && Number.isNaN(timeOf(row[forecasting.timeColumn]))) {
    const value = row[forecasting.timeColumn] ?? 'nothing';
    throw new TrainingError(
      'BadTime',
      `line ${line}: time column ${forecasting.timeColumn} holds ${value}, no time`,
    );
  }
}

function keeperFor({ forecasting }: TrainingSettings, random: Random): Keeper {
  if (!forecasting) return reservoir(rowLimit, random);
  return mostRecent(rowLimit, (row) => timeOf(row[forecasting.timeColumn]));
}

/** Reads a whole table and keeps what the job can train on. Throws TrainingError naming the line that is wrong. */
export function readTable(settings: TrainingSettings, table: TableBytes): ReadTable {
  const keeper = keeperFor(settings, randomOf(seedOf(`${settings.runId} ${table.name}`)));
  const result: ReadTable = { header: [], rows: [], read: 0, withoutTarget: 0 };
  readRows(
    table.bytes,
    table,
    (header) => {
      requireColumns(settings, table.name, header);
      result.header = header;
    },
    (row, line) => {
      result.read += 1;
      if (row[settings.targetColumn] === null) {
        result.withoutTarget += 1;
        return;
      }
      checkRow(settings, row, line);
      keeper.add(row);
    },
  );
  return { ...result, rows: keeper.kept() };
}
