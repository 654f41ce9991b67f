import { history, newWeather } from '../samples.ts';
import { ended, type Steps, type Submitted } from './step.ts';

/** The guide: a training that is watched, a prediction, and what they left. Returns the keys of both. */
export async function works(
  { ask, step }: Steps,
  config: string,
): Promise<{ model: string; prediction: string }> {
  const training = { config_id: config, data: history };
  await step('training validated', 'POST', '/api/v1/ml/$validate', { json: { type: 'train', ...training } });
  const trained = await step('trained', 'POST', '/api/v1/ml/$train', { json: training });
  const { job_id: job, artifact_id: model } = trained.body as Submitted;
  await step('artifact of a job under way', 'GET', `/api/v1/artifacts/${model}`);
  await step('stream of a job', 'GET', `/api/v1/jobs/${job}/$stream?poll_interval=0.05`);
  await step('job completed', 'GET', `/api/v1/jobs/${job}`);
  await step('jobs', 'GET', '/api/v1/jobs');
  await step('jobs completed', 'GET', '/api/v1/jobs?status_filter=completed');
  await step('jobs pending', 'GET', '/api/v1/jobs?status_filter=pending');
  await step('model', 'GET', `/api/v1/artifacts/${model}`);
  await step('model downloaded', 'GET', `/api/v1/artifacts/${model}/$download`);

  const prediction = {
    artifact_id: model,
    historic: { columns: ['rainfall'], data: [] },
    future: newWeather,
  };
  await step('prediction without history validated', 'POST', '/api/v1/ml/$validate', {
    json: { type: 'predict', ...prediction },
  });
  await step('prediction validated', 'POST', '/api/v1/ml/$validate', {
    json: { type: 'predict', ...prediction, historic: history },
  });
  const predicted = await step('predicted', 'POST', '/api/v1/ml/$predict', { json: prediction });
  const { job_id: second, artifact_id: rows } = predicted.body as Submitted;
  await ended(ask, second);
  await step('prediction', 'GET', `/api/v1/artifacts/${rows}`);
  await step('prediction downloaded', 'GET', `/api/v1/artifacts/${rows}/$download`);
  await step('metadata of the prediction', 'GET', `/api/v1/artifacts/${rows}/$metadata`);
  await step('prediction expanded', 'GET', `/api/v1/artifacts/${rows}/$expand`);
  await step('config of the prediction', 'GET', `/api/v1/artifacts/${rows}/$config`);
  await step('tree of the model', 'GET', `/api/v1/artifacts/${model}/$tree`);
  await step('artifacts', 'GET', '/api/v1/artifacts');
  await step('a page of artifacts', 'GET', '/api/v1/artifacts?page=1&size=2');
  await step('stats of artifacts', 'GET', '/api/v1/artifacts/$stats');
  await step('artifacts of the config', 'GET', `/api/v1/configs/${config}/$artifacts`);
  return { model, prediction: rows };
}
