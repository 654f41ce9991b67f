import type { Service } from '../call.ts';
import type { Config } from '../state/configs.ts';
import type { Frame } from './frame.ts';
import { horizonOf, horizonProblem } from './horizon.ts';
import { configIdOf, trainingProblem } from './predict.ts';
import type { PredictRequest, TrainRequest, ValidateRequest } from './requests.ts';
import { modelIn } from './train.ts';

/** What speaks against a request, without running it. What only the model itself would find is not among it. */
export type Diagnostic = { severity: 'error'; code: string; message: string; field: string };

const diagnostic = (code: string, message: string, field: string): Diagnostic => ({
  severity: 'error',
  code,
  message,
  field,
});

export function diagnosticsOf(service: Service, request: ValidateRequest): Diagnostic[] {
  return request.type === 'train' ? ofTraining(service, request) : ofPrediction(service, request);
}

function ofTraining(service: Service, { config_id: id, data }: TrainRequest): Diagnostic[] {
  const config = service.configs.get(id);
  if (!config) return [diagnostic('config_not_found', `Config ${id} not found`, 'config_id')];
  return [
    ...ofHorizon(service, config, null),
    ...(data.data.length === 0 ? [diagnostic('data_empty', 'Training data is empty', 'data')] : []),
  ];
}

function ofPrediction(service: Service, { artifact_id: id, historic, future }: PredictRequest): Diagnostic[] {
  const field = 'artifact_id';
  const artifact = service.artifacts.get(id);
  if (!artifact)
    return [diagnostic('training_artifact_not_found', `Training artifact ${id} not found`, field)];
  const problem = trainingProblem(artifact);
  if (problem) return [diagnostic(problem.code, problem.message, field)];
  const configId = configIdOf(artifact);
  const config = service.configs.get(configId);
  if (!config) {
    const message = `Config ${configId} referenced by training artifact not found`;
    return [diagnostic('config_not_found', message, field)];
  }
  const lost = `Training artifact ${id} workspace is missing model.pickle`;
  return [
    ...ofHorizon(service, config, future),
    ...(modelIn(artifact.workspace) === null ? [diagnostic('model_pickle_missing', lost, field)] : []),
    ...ofEmpty(historic, 'historic', 'Historic'),
    ...ofEmpty(future, 'future', 'Future'),
  ];
}

function ofHorizon({ generation }: Service, config: Config, future: Frame | null): Diagnostic[] {
  const horizon = horizonOf(config, future, generation);
  const problem = horizonProblem(horizon, generation);
  const field = horizon.source === 'future' ? 'future' : 'config.prediction_periods';
  return problem === null ? [] : [diagnostic('prediction_periods_out_of_bounds', problem, field)];
}

const ofEmpty = ({ data }: Frame, field: string, name: string): Diagnostic[] =>
  data.length === 0 ? [diagnostic(`${field}_empty`, `${name} data is empty`, field)] : [];
