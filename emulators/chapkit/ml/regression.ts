import { Matrix, QrDecomposition } from 'ml-matrix';
import type { Frame } from './frame.ts';
import { ModelError } from './model-error.ts';

export const features = ['rainfall', 'mean_temperature'];
export const target = 'disease_cases';

/** `disease_cases` as a linear function of the features, in their order. */
export type Model = { intercept: number; weights: number[] };

/** The named columns of a frame, row by row. Throws ModelError. */
export function columnsOf(frame: Frame, wanted: string[]): number[][] {
  const missing = wanted.filter((name) => !frame.columns.includes(name));
  if (missing.length > 0) throw new ModelError(`Missing columns: ${missing.join(', ')}`);
  if (frame.data.some((row) => row.length !== frame.columns.length))
    throw new ModelError('Rows have different lengths');
  const places = wanted.map((name) => frame.columns.indexOf(name));
  return frame.data.map((row) => places.map((place) => numberIn(row[place])));
}

function numberIn(cell: unknown): number {
  const number = typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : cell;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new ModelError(`Not a number: ${JSON.stringify(cell)}`);
}

/** Ordinary least squares, by Householder QR of the centred columns. Throws ModelError where there is no single fit. */
export function leastSquares(frame: Frame): Model {
  const rows = columnsOf(frame, [...features, target]);
  const means = features.concat(target).map((_, place) => mean(rows.map((row) => row[place] ?? 0)));
  const centred = new Matrix(rows.map((row) => row.map((value, place) => value - (means[place] ?? 0))));
  const qr = new QrDecomposition(centred.subMatrix(0, rows.length - 1, 0, features.length - 1));
  if (isSingular(qr.upperTriangularMatrix)) throw new ModelError('The columns determine no single fit');
  const weights = qr.solve(centred.getColumnVector(features.length)).to1DArray();
  const [at = 0, ...origin] = [means.at(-1), ...means.slice(0, -1)];
  return { intercept: at - dot(weights, origin), weights };
}

/** Whether a column is a combination of those before it, but for rounding. */
function isSingular(upper: Matrix): boolean {
  const pivots = upper.diagonal().map(Math.abs);
  return Math.min(...pivots) <= 1e-12 * Math.max(...pivots);
}

export const predict = ({ intercept, weights }: Model, frame: Frame): number[] =>
  columnsOf(frame, features).map((row) => intercept + dot(weights, row));

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const dot = (a: number[], b: (number | undefined)[]): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
