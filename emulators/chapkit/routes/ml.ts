import type { Reply } from '../../kit/server.ts';
import type { Call, ChapkitRoute } from '../call.ts';
import { predict } from '../ml/predict.ts';
import { predictRequest, trainRequest, validateRequest } from '../ml/requests.ts';
import { sampleReply } from '../ml/sample.ts';
import { train } from '../ml/train.ts';
import { diagnosticsOf } from '../ml/validate.ts';
import { json } from '../wire/errors.ts';
import { newUlid } from '../wire/ulid.ts';

const prefix = '/api/v1/ml';

/** Accepts a job, with the id under which its result is to be found: whether it can be done is the job's to find out. */
function accepted(
  { service }: Call,
  name: string,
  run: (artifactId: string, pace: () => Promise<void>) => Promise<void>,
): Reply {
  const artifactId = newUlid();
  const { id } = service.jobs.submit({ artifactId, run: (pace) => run(artifactId, pace) });
  const message = `${name} job submitted. Job ID: ${id}`;
  return json(202, { job_id: id, artifact_id: artifactId, message });
}

async function submitTraining(call: Call): Promise<Reply> {
  const request = await trainRequest(call);
  return accepted(call, 'Training', (artifactId, pace) => train(call.service, request, artifactId, pace));
}

async function submitPrediction(call: Call): Promise<Reply> {
  const request = await predictRequest(call);
  return accepted(call, 'Prediction', (artifactId, pace) => predict(call.service, request, artifactId, pace));
}

async function validate(call: Call): Promise<Reply> {
  const diagnostics = diagnosticsOf(call.service, await validateRequest(call));
  return json(200, { valid: diagnostics.length === 0, diagnostics });
}

export const mlRoutes: ChapkitRoute[] = [
  { method: 'POST', path: `${prefix}/$train`, handle: submitTraining },
  { method: 'POST', path: `${prefix}/$predict`, handle: submitPrediction },
  { method: 'POST', path: `${prefix}/$validate`, handle: validate },
  { method: 'GET', path: `${prefix}/$generate-sample-data`, handle: sampleReply },
];
