import { naiveBayes } from '../libraries.ts';
import { type Classifier, shares, stateOf } from './estimator.ts';

type LogProbabilities = { conditionalProbability: number[][]; priorProbability: number[][] };

/** Joint log likelihood of each class, made probabilities; the greatest is taken off first, so that none overflows. */
function posterior({ conditionalProbability, priorProbability }: LogProbabilities, row: number[]): number[] {
  const joint = conditionalProbability.map((logs, index) =>
    logs.reduce((sum, log, column) => sum + log * (row[column] ?? 0), priorProbability[index]?.[0] ?? 0),
  );
  const greatest = Math.max(...joint);
  return shares(joint.map((value) => Math.exp(value - greatest)));
}

function bayes(featuresOf: (row: number[]) => number[]): Classifier {
  return {
    scaling: 'unit',
    fit({ x, y }) {
      const model = new (naiveBayes().MultinomialNB)();
      model.train(x.map(featuresOf), y);
      return stateOf(model);
    },
    predict: (state, x) => x.map((row) => posterior(state as LogProbabilities, featuresOf(row))),
  };
}

/** Counts are the features between 0 and 1. */
export const multinomialBayes = bayes((row) => row);

/**
 * A feature is there or not, by the middle of its range. Each goes in together with its opposite: then the multinomial
 * estimate (N + 1) / (n·d + 2d) is Bernoulli's (N + 1) / (n + 2) but for the factor 1/d, the same for all classes.
 */
export const bernoulliBayes = bayes((row) => row.flatMap((value) => (value > 0.5 ? [1, 0] : [0, 1])));
