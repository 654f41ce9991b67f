import { logisticRegression, type Matrix, matrices } from '../libraries.ts';
import { type Classifier, copyOf, type Examples, shares, stateOf } from './estimator.ts';

type State = { model: unknown };

const withIntercept = (x: number[][]): Matrix => new (matrices().Matrix)(x.map((row) => [1, ...row]));

/** Below this, gradient descent on the logistic loss cannot diverge: its curvature is at most trace(XᵀX) / 4. */
const safeLearningRate = (x: number[][]): number =>
  4 / x.reduce((trace, row) => trace + 1 + row.reduce((sum, value) => sum + value * value, 0), 0);

function predict(state: unknown, x: number[][], classes: number): number[][] {
  const model = logisticRegression().load(copyOf((state as State).model));
  const features = withIntercept(x);
  // The library trains each class's "rest" as the positive side.
  const others = model.classifiers.map((classifier) => classifier.testScores(features));
  return x.map((_, row) => shares(Array.from({ length: classes }, (_, k) => 1 - (others[k]?.[row] ?? 1))));
}

const meanLogLoss = (probabilities: number[][], y: number[]): number =>
  y.reduce((sum, label, row) => sum - Math.log(Math.max(probabilities[row]?.[label] ?? 0, 1e-15)), 0) /
  y.length;

function trainedFor(numSteps: number, { x, y }: Examples): State {
  const model = new (logisticRegression())({ numSteps, learningRate: safeLearningRate(x) });
  model.train(withIntercept(x), matrices().Matrix.columnVector(y));
  return { model: stateOf(model) };
}

/**
 * One against the rest by gradient descent. The library cannot report on its way and always starts from zero, so the
 * loss's history comes from fits of 1/8, 1/4 and 1/2 of the steps: the same path, for as much work again.
 */
export const logistic: Classifier = {
  scaling: 'standard',
  predict,
  fit(examples, { steps = 400 }, onProgress) {
    let state: State = { model: null };
    for (const numSteps of [steps / 8, steps / 4, steps / 2, steps].map(Math.round)) {
      state = trainedFor(numSteps, examples);
      onProgress(
        'train_log_loss',
        meanLogLoss(predict(state, examples.x, examples.classes), examples.y),
        numSteps,
      );
    }
    return state;
  },
};
