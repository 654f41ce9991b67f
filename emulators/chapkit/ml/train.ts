import type { Service } from '../call.ts';
import type { Config } from '../state/configs.ts';
import { putWorkspace } from './artifacts.ts';
import { csvOf } from './csv.ts';
import { horizonOf, horizonProblem } from './horizon.ts';
import { ModelError } from './model-error.ts';
import { columnsOf, features, leastSquares, type Model, target } from './regression.ts';
import type { TrainRequest } from './requests.ts';

/** Fits the model, and keeps it as the artifact. Throws ModelError. */
export async function train(
  service: Service,
  request: TrainRequest,
  artifactId: string,
  pace: () => Promise<void>,
): Promise<void> {
  const config = configOf(service, request.config_id);
  const startedAt = service.now();
  await pace();
  const model = fitted(config, request);
  const span = { configId: config.id, startedAt, completedAt: service.now() };
  putWorkspace(service, { id: artifactId, parentId: null, level: 0 }, 'ml_training_workspace', {
    span,
    workspace: {
      'config.json': JSON.stringify(config.data),
      'data.csv': csvOf(request.data),
      [modelFile]: JSON.stringify(model),
    },
  });
}

const modelFile = 'model.json';

function configOf(service: Service, id: string): Config {
  const config = service.configs.get(id);
  if (!config) throw new ModelError(`Config ${id} not found`);
  const problem = horizonProblem(horizonOf(config, null, service.generation), service.generation);
  if (problem !== null) throw new ModelError(problem);
  return config;
}

function fitted({ data: { min_training_rows: least } }: Config, { data }: TrainRequest): Model {
  columnsOf(data, [...features, target]);
  if (data.data.length < least) throw new ModelError(`At least ${least} training rows are needed`);
  return leastSquares(data);
}

/** The model in the files of a training; null where there is none. */
export function modelIn(workspace: Record<string, string> | null): Model | null {
  const text = workspace?.[modelFile];
  return text === undefined ? null : (JSON.parse(text) as Model);
}
