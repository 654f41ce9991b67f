import { createRequire } from 'node:module';

// The ml.js packages have no types of their own and are heavy: they are loaded where they are first used, which is in
// a worker, so that an idle emulator does not hold them.
const load = createRequire(import.meta.url);

export type Matrix = { to2DArray(): number[][]; getRow(index: number): number[] };

type MatrixLibrary = {
  Matrix: { new (rows: number[][]): Matrix; columnVector(values: number[]): Matrix };
};
type TreeNode = { classify(row: number[]): Matrix | number };
type Trained = { train(x: number[][], y: number[]): void; predict(x: number[][]): number[] };
type Tree = Trained & { root: TreeNode };
type Forest = Trained & { predictionValues(x: number[][]): Matrix };
type Loadable<T> = { new (options: object): T; load(model: unknown): T };
type Neighbour = [point: number[], distance: number];
type Knn = { kdTree: { nearest(point: number[], count: number): Neighbour[] } };
type LogisticModel = {
  train(x: Matrix, y: Matrix): void;
  classifiers: { testScores(x: Matrix): number[] }[];
};
type MultinomialModel = {
  train(x: number[][], y: number[]): void;
  conditionalProbability: Matrix;
  priorProbability: Matrix;
};

export const matrices = (): MatrixLibrary => load('ml-matrix');
export const trees = (): { DecisionTreeClassifier: Loadable<Tree>; DecisionTreeRegression: Loadable<Tree> } =>
  load('ml-cart');
export const forests = (): {
  RandomForestClassifier: Loadable<Forest>;
  RandomForestRegression: Loadable<Forest>;
} => load('ml-random-forest');
export const knn = (): {
  new (x: number[][], y: number[], options: { k: number }): Knn;
  load(model: unknown): Knn;
} => load('ml-knn');
export const logisticRegression = (): Loadable<LogisticModel> => load('ml-logistic-regression');
export const naiveBayes = (): {
  MultinomialNB: { new (): MultinomialModel; load(model: unknown): MultinomialModel };
} => load('ml-naivebayes');
