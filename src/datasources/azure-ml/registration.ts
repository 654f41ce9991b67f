import { badInput, codeOf } from '../../domain/errors.ts';
import type { ModelRegistration, RegisteredModel } from '../../domain/models.ts';
import { assetName } from '../../domain/names.ts';
import type { AzureRun, TrialRun } from '../../domain/runs.ts';
import { versionToModel } from './assets-to-domain.ts';
import { type Connection, orNull } from './connection.ts';
import { type Models, readModelContainer } from './models.ts';
import { below } from './places.ts';
import type { Runs } from './runs.ts';
import { bestTrial } from './trials.ts';
import { fromTags } from './values.ts';
import { putNextVersion } from './versions.ts';
import { modelVersion } from './wire.ts';
import { runRecord } from './wire-runs.ts';

/** Tag on a model: the run that people started, whose trial it came from. */
const runTag = 'mlgraph.run';
/** Tag on that run for each model, `mlgraph.model/{name}/{version}`, with the trial's name: ARM cannot look the other way. */
const modelTag = 'mlgraph.model/';
const listedModels = 100;

export async function registerModel(
  connection: Connection,
  runs: Runs,
  registration: ModelRegistration,
): Promise<RegisteredModel> {
  const { arm, home } = connection;
  const name = assetName('name', registration.name);
  const trial = await trialOf(runs, await runs.get(registration.run));
  const nextVersion = async () =>
    (await orNull(readModelContainer(connection, name)))?.properties.nextVersion ?? '1';
  const wire = await putNextVersion(nextVersion, async (version) => {
    await noteOnRun(connection, runs, trial, `${name}/${version}`);
    const path = `/models${below(name, 'versions', version)}`;
    return arm({ method: 'PUT', path, json: modelBody(trial, registration), schema: modelVersion });
  });
  return versionToModel(name, wire, home);
}

/** The trial whose model it is. @throws BAD_USER_INPUT where there is none to register. */
async function trialOf(runs: Runs, run: AzureRun): Promise<TrialRun> {
  if (run.kind === 'JOB')
    throw badInput('input.runId', `input.runId: "${run.name}" is no trial of an AutoML run.`);
  const trial = run.kind === 'TRIAL' ? run : await bestTrial(runs, run);
  if (!trial) throw badInput('input.runId', `input.runId: "${run.name}" has no best trial yet.`);
  if (trial.status === 'COMPLETED') return trial;
  throw badInput('input.runId', `input.runId: the trial "${trial.name}" has not completed.`);
}

/** The model of a trial lies in its implicit output (contract section 12). */
const modelBody = (trial: TrialRun, { tags, description }: ModelRegistration) => ({
  properties: {
    modelType: 'mlflow_model',
    modelUri: `azureml://jobs/${trial.name}/outputs/artifacts/paths/outputs/mlflow-model/`,
    jobName: trial.name,
    ...(description === null ? {} : { description }),
    tags: { ...fromTags(tags), [runTag]: trial.parent },
  },
});

/** Before the model is there, so that none is registered unnoted; whoever may not tag runs may still register. */
async function noteOnRun({ history }: Connection, runs: Runs, trial: TrialRun, model: string): Promise<void> {
  const json = { tagsToModify: { [`${modelTag}${model}`]: trial.name }, tagsToDelete: [] };
  const path = `/runs${below(trial.parent)}/tags`;
  const noted = history({ method: 'PATCH', path, json, schema: runRecord, idempotent: true });
  await noted.catch((error: unknown) => {
    if (codeOf(error) !== 'FORBIDDEN') throw error;
  });
  runs.forget(trial.parent);
}

/** Models registered through this gateway from the run or its trials; those registered elsewhere are not found. */
export async function modelsOf(runs: Runs, models: Models, run: AzureRun): Promise<RegisteredModel[]> {
  const { tags } = await runs.record(run.kind === 'TRIAL' ? run.parent : run.name);
  const noted = Object.entries(tags ?? {}).filter(
    ([key, trial]) => key.startsWith(modelTag) && (run.kind !== 'TRIAL' || trial === run.name),
  );
  const found = await Promise.all(
    noted.slice(0, listedModels).map(async ([key, trial]) => {
      const [name = '', version = ''] = key.slice(modelTag.length).split('/');
      const model = await orNull(models.get(name, version));
      // A note without its model is left where a version was taken by somebody else.
      return model?.run === trial ? model : null;
    }),
  );
  return found.filter((model) => model !== null);
}
