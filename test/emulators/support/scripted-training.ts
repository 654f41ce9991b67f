import type { Train } from '../../../emulators/azure-ml/index.ts';
import type { HeldOut, TrainingEvent, TrainingJob } from '../../../emulators/training/index.ts';

type Step = TrainingEvent | { kind: 'end' } | { kind: 'fail'; error: Error };
/** One job as the test drives it: what it says happens, happened. */
export type ScriptedJob = { job: TrainingJob; say(...steps: Step[]): void };

/** A trainer whose every event is the test's; jobs come in the order in which they begin to train. */
export function scriptedTraining(): { train: Train; begun: ScriptedJob[] } {
  const begun: ScriptedJob[] = [];
  async function* train(
    job: TrainingJob,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<TrainingEvent> {
    const steps: Step[] = [];
    let wake = () => {};
    const say = (...said: Step[]) => {
      steps.push(...said);
      wake();
    };
    signal.addEventListener('abort', () => wake());
    begun.push({ job, say });
    while (!signal.aborted) {
      const step = steps.shift();
      if (step === undefined)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      else if (step.kind === 'end') return;
      else if (step.kind === 'fail') throw step.error;
      else yield step;
    }
  }
  return { train, begun };
}

const heldOut: HeldOut = {
  targetRange: null,
  rows: [],
  truth: [],
  predicted: [],
  classes: null,
  probabilities: null,
  folds: null,
};

/** The events of one trial from start to end. */
export const trial = (index: number, score: number, algorithm = 'KNN'): TrainingEvent[] => [
  { kind: 'trialStarted', index, algorithm, preprocessor: 'MinMaxScaler' },
  { kind: 'trialLog', index, line: `trial ${index} begins` },
  { kind: 'trialMetric', index, name: 'accuracy', value: score, step: 0 },
  { kind: 'trialCompleted', index, score, fitSeconds: 0.5, model: { of: index }, heldOut },
];
