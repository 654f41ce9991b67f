import { isObject } from '../../azure-ml/arm/call.ts';
import type { Service } from '../call.ts';
import type { Artifact } from '../state/artifacts.ts';
import type { Config } from '../state/configs.ts';
import { newUlid } from '../wire/ulid.ts';
import { putPrediction, putWorkspace } from './artifacts.ts';
import { csvOf } from './csv.ts';
import { described, type Frame } from './frame.ts';
import { horizonOf, horizonProblem } from './horizon.ts';
import { ModelError } from './model-error.ts';
import { type Model, predict as predictRows } from './regression.ts';
import type { PredictRequest } from './requests.ts';
import { modelIn } from './train.ts';

/** Predicts, and keeps the rows and the files of the run as artifacts below the model's. Throws ModelError. */
export async function predict(
  service: Service,
  request: PredictRequest,
  artifactId: string,
  pace: () => Promise<void>,
): Promise<void> {
  const { model, config } = trained(service, request);
  const startedAt = service.now();
  await pace();
  const content = withSamples(request.future, model, service);
  const span = { configId: config.id, startedAt, completedAt: service.now() };
  const parentId = request.artifact_id;
  putPrediction(service, { id: artifactId, parentId, level: 1 }, span, content);
  putWorkspace(service, { id: newUlid(), parentId: artifactId, level: 2 }, 'ml_prediction_workspace', {
    span,
    workspace: {
      'config.json': JSON.stringify(config.data),
      'historic.csv': csvOf(request.historic),
      'future.csv': csvOf(request.future),
      'predictions.csv': csvOf(content),
    },
  });
}

function withSamples(future: Frame, model: Model, { generation }: Service): Frame {
  const samples = predictRows(model, future);
  const data = future.data.map((row, index) => [...row, samples[index]]);
  return described({ columns: [...future.columns, 'sample_0'], data }, generation);
}

/** What a training artifact holds. Throws ModelError for anything else. */
function trained(service: Service, request: PredictRequest): { model: Model; config: Config } {
  const artifact = service.artifacts.get(request.artifact_id);
  if (!artifact) throw new ModelError(`Training artifact ${request.artifact_id} not found`);
  const problem = trainingProblem(artifact);
  if (problem !== null) throw new ModelError(problem.message);
  const configId = configIdOf(artifact);
  const config = service.configs.get(configId);
  if (!config) throw new ModelError(`Config ${configId} not found`);
  const horizon = horizonProblem(horizonOf(config, request.future, service.generation), service.generation);
  if (horizon !== null) throw new ModelError(horizon);
  const model = modelIn(artifact.workspace);
  if (model === null) throw new ModelError('Training artifact workspace missing model.pickle file');
  return { model, config };
}

export const configIdOf = ({ data }: Artifact): string =>
  isObject(data) && isObject(data.metadata) ? String(data.metadata.config_id) : '';

/** Why one cannot predict with this artifact, with the code that $validate has for it. */
export function trainingProblem({ id, data }: Artifact): { code: string; message: string } | null {
  if (!isObject(data) || data.type !== 'ml_training_workspace')
    return { code: 'invalid_training_artifact', message: `Artifact ${id} is not a training artifact` };
  const { status, exit_code: exit = 'unknown' } = isObject(data.metadata) ? data.metadata : {};
  if (status !== 'failed') return null;
  const message = `Training artifact ${id} failed training (exit_code=${exit}); cannot predict with it`;
  return { code: 'training_artifact_failed', message };
}
