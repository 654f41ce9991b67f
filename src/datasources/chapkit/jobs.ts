import type { Connection } from './connection.ts';
import { toFrame } from './frames.ts';
import type { Chapkit, PredictionJob, TrainingJob } from './index.ts';
import { toJob } from './to-domain.ts';
import { refuseBy } from './validation.ts';
import { known } from './values.ts';
import { job, nothing, submitted, validation } from './wire.ts';

type Jobs = Pick<Chapkit, 'checkTraining' | 'checkPrediction' | 'train' | 'predict' | 'getJob' | 'cancelJob'>;

const jobPath = (key: string) => `/api/v1/jobs/${encodeURIComponent(key)}`;
const missing = [404];
/** Rows are many. */
const submitDeadlineMs = 30_000;

const trainBody = ({ configKey, data, geo }: TrainingJob) => ({
  config_id: known(configKey, 'configuration'),
  data: toFrame(data),
  ...(geo == null ? {} : { geo }),
});
const predictBody = ({ artifactKey, historic, future, geo }: PredictionJob) => ({
  artifact_id: known(artifactKey, 'model'),
  historic: toFrame(historic),
  future: toFrame(future),
  ...(geo == null ? {} : { geo }),
});

/** Contract sections 6 and 8. */
export function createJobs(connection: Connection): Jobs {
  const { send } = connection;
  const submit = (path: string, json: object) =>
    send({ method: 'POST', path, json, schema: submitted, deadlineMs: submitDeadlineMs });

  /** An older service has no such check: what is wrong shows in its job. */
  async function check(type: 'train' | 'predict', body: object): Promise<void> {
    const found = await send({
      method: 'POST',
      path: '/api/v1/ml/$validate',
      json: { type, ...body },
      schema: validation,
      accept: [404, 405],
      idempotent: true,
      deadlineMs: submitDeadlineMs,
    });
    if (found && !found.valid) refuseBy(found.diagnostics ?? [], type);
  }

  return {
    checkTraining: async (training) => check('train', trainBody(training)),
    checkPrediction: async (prediction) => check('predict', predictBody(prediction)),
    train: async (training) => submit('/api/v1/ml/$train', trainBody(training)),
    predict: async (prediction) => submit('/api/v1/ml/$predict', predictBody(prediction)),
    async getJob(key) {
      const found = await send({ method: 'GET', path: jobPath(key), schema: job, accept: missing });
      return found && toJob(found);
    },
    async cancelJob(key) {
      await send({ method: 'DELETE', path: jobPath(key), schema: nothing, accept: missing });
    },
  };
}
