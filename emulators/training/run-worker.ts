import { Worker } from 'node:worker_threads';
import { TrainingError } from './job.ts';
import type { WorkerMessage, WorkerTask } from './worker.ts';

type Last = Extract<WorkerMessage, { kind: 'prepared' | 'trained' }>;
type Passing = Extract<WorkerMessage, { kind: 'log' | 'metric' }>;

/** A runaway fit ends its own worker, not the emulator. */
const resourceLimits = { maxOldGenerationSizeMb: 1024 };

/**
 * Runs one task in a worker of its own and gives its result; the worker is gone when this settles. An aborted signal
 * ends it at once, in the middle of a fit. Throws TrainingError, or the signal's reason.
 */
export async function runWorker(
  task: WorkerTask,
  signal: AbortSignal,
  onMessage: (message: Passing) => void,
): Promise<Last> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: task,
    execArgv: [],
    resourceLimits,
  });
  const { promise, resolve, reject } = Promise.withResolvers<Last>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'log' || message.kind === 'metric') onMessage(message);
    else if (message.kind === 'failed') reject(new TrainingError(message.code, message.message));
    else resolve(message);
  });
  worker.on('error', (error) => reject(new TrainingError('Internal', error.message)));
  worker.on('exit', () => reject(new TrainingError('Internal', 'The worker ended before its task.')));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}
