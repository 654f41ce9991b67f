import { type Candidate, classifiers, isBaseline, regressors } from './algorithms.ts';
import type { Examples, OnProgress, Parameters } from './estimators/estimator.ts';
import { type Cells, type FeaturePlan, learnFeatures, type SkippedColumn, vectorOf } from './features.ts';
import { type ForecastingSettings, type Row, TrainingError, type TrainingTask } from './job.ts';
import { likeliest } from './metrics/classification.ts';
import { baselineForecast, learnSeries, type SeriesMemory, seriesCells } from './series.ts';

/** A fitted model with everything it needs to score raw rows; plain JSON. */
export type StoredModel = {
  format: 'mlgraph-emulator-model/1';
  task: TrainingTask;
  algorithm: string;
  parameters: Parameters;
  targetColumn: string;
  /** Classification: every label of the job in order; `known` are the places of those the model was trained on. */
  classes: string[] | null;
  known: number[];
  features: FeaturePlan;
  /** Forecasting: the past the forecast starts from. */
  memory: SeriesMemory | null;
  state: unknown;
};

/** What is to be learned from rows; the same for all trials of a job. */
export type ModelSpec = {
  task: TrainingTask;
  targetColumn: string;
  classes: string[] | null;
  forecasting: ForecastingSettings | null;
};

/** Predictions of rows in their order: labels or numbers, and for labels each class's probability. */
export type Scored = { predicted: (string | number)[]; probabilities: number[][] | null };

const withoutTarget = (targetColumn: string, row: Row): Cells => {
  const { [targetColumn]: _target, ...cells } = row;
  return cells;
};

const cellsOf = (targetColumn: string, memory: SeriesMemory | null, row: Row): Cells =>
  memory ? seriesCells(memory, row) : withoutTarget(targetColumn, row);

/** How the rows become features, and which columns tell nothing. Throws TrainingError if none tells anything. */
export function learnInputs(spec: ModelSpec, rows: Row[]) {
  const memory = spec.forecasting ? learnSeries(spec.forecasting, spec.targetColumn, rows) : null;
  const cells = rows.map((row) => cellsOf(spec.targetColumn, memory, row));
  const { plan, skipped } = learnFeatures(Object.keys(cells[0] ?? {}), cells);
  if (plan.length === 0) throw new TrainingError('NoFeatures', 'No column but the target tells anything.');
  return { memory, cells, plan, skipped } satisfies { skipped: SkippedColumn[] } & Record<string, unknown>;
}

function examplesOf(spec: ModelSpec, rows: Row[], known: string[]): Omit<Examples, 'x'> {
  const targets = rows.map((row) => row[spec.targetColumn] ?? '');
  const y = spec.classes ? targets.map((label) => known.indexOf(label)) : targets.map(Number);
  return { y, classes: known.length, seed: 0 };
}

/** Fits one candidate to rows that all have a target. */
export function fitModel(
  spec: ModelSpec,
  rows: Row[],
  candidate: Candidate & { seed: number },
  onProgress: OnProgress,
): StoredModel {
  const { memory, cells, plan } = learnInputs(spec, rows);
  const labels = spec.classes?.filter((label) => rows.some((row) => row[spec.targetColumn] === label)) ?? [];
  const model: StoredModel = {
    format: 'mlgraph-emulator-model/1',
    task: spec.task,
    algorithm: candidate.algorithm,
    parameters: candidate.parameters,
    targetColumn: spec.targetColumn,
    classes: spec.classes,
    known: labels.map((label) => spec.classes?.indexOf(label) ?? 0),
    features: plan,
    memory,
    state: null,
  };
  if (isBaseline(candidate.algorithm)) return model;
  const estimator = estimatorOf(model);
  const x = cells.map((row) => vectorOf(plan, row, estimator.scaling));
  const examples = { ...examplesOf(spec, rows, labels), x, seed: candidate.seed };
  return { ...model, state: estimator.fit(examples, candidate.parameters, onProgress) };
}

function estimatorOf({ task, algorithm }: StoredModel) {
  const estimator = (task === 'Classification' ? classifiers : regressors)[algorithm];
  if (!estimator) throw new TrainingError('NoAlgorithm', `${algorithm} cannot be used for ${task}.`);
  return estimator;
}

const vectors = (model: StoredModel, rows: Row[], scaling: 'standard' | 'unit'): number[][] =>
  rows.map((row) => vectorOf(model.features, cellsOf(model.targetColumn, model.memory, row), scaling));

/** Probabilities over all classes: one the model never saw has none. */
function classify(model: StoredModel, classes: string[], rows: Row[]): Scored {
  const classifier = classifiers[model.algorithm];
  if (!classifier) throw new TrainingError('NoAlgorithm', `${model.algorithm} does not classify.`);
  const x = vectors(model, rows, classifier.scaling);
  const probabilities = classifier.predict(model.state, x, model.known.length).map((known) => {
    const all = new Array<number>(classes.length).fill(0);
    for (const [place, index] of model.known.entries()) all[index] = known[place] ?? 0;
    return all;
  });
  return { predicted: probabilities.map((row) => classes[likeliest(row)] ?? ''), probabilities };
}

/** Scores raw rows by the stored model alone; the target column, if there, is not looked at. */
export function scoreRows(model: StoredModel, rows: Row[]): Scored {
  const { algorithm, memory, classes } = model;
  if (rows.length === 0) return { predicted: [], probabilities: classes ? [] : null };
  if (classes) return classify(model, classes, rows);
  if (memory && isBaseline(algorithm)) {
    return { predicted: rows.map((row) => baselineForecast(algorithm, memory, row)), probabilities: null };
  }
  const regressor = regressors[algorithm];
  if (!regressor) throw new TrainingError('NoAlgorithm', `${algorithm} does not predict numbers.`);
  const x = vectors(model, rows, regressor.scaling);
  return { predicted: regressor.predict(model.state, x, 0), probabilities: null };
}
