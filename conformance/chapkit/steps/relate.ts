import { history, unknownKey } from '../samples.ts';
import { ended, idOf, type Steps, type Submitted, stepEach } from './step.ts';

/** Artifacts of one's own, their tree, and their ties to configurations. */
export async function relates(api: Steps, config: string): Promise<void> {
  const id = await makesArtifacts(api);
  await ties(api, config, id);
  await unmakes(api, id);
}

const own = {
  data: {
    type: 'generic',
    metadata: { by: 'hand' },
    content: { a: 1 },
    content_type: 'application/json',
    content_size: 7,
  },
  tags: ['own'],
};

async function makesArtifacts(api: Steps): Promise<string> {
  const path = '/api/v1/artifacts';
  const id = idOf(await api.step('artifact made', 'POST', path, { json: own }));
  await stepEach(api, 'artifact', path, {
    'of any data': { data: [1, 2, 3] },
    'below another': { data: { a: 1 }, parent_id: id },
    'without data': {},
    'below a malformed one': { data: 1, parent_id: 'x' },
    'below an unknown one': { data: 1, parent_id: unknownKey },
    'of the same id again': { id, data: 2 },
  });
  for (const operation of ['$expand', '$download', '$tree', '$config', '$metadata'])
    await api.step(`${operation} of the own artifact`, 'GET', `${path}/${id}/${operation}`);
  return id;
}

async function ties({ ask, step }: Steps, config: string, id: string): Promise<void> {
  const configs = (await ask('GET', '/api/v1/configs')).body as { id: string }[];
  const other = configs.find((each) => each.id !== config)?.id;
  const tie = (name: string, verb: string, to: string | undefined, artifact_id: string) =>
    step(name, 'POST', `/api/v1/configs/${to}/$${verb}-artifact`, { json: { artifact_id } });
  await tie('own artifact linked', 'link', config, id);
  await tie('linked to another config', 'link', other, id);
  await tie('unknown artifact linked', 'link', config, unknownKey);
  await tie('malformed artifact linked', 'link', config, 'x');
  await tie('unlinked', 'unlink', config, id);
  await tie('unlinked again', 'unlink', config, id);
  await tie('linked to an unknown config', 'link', unknownKey, id);
  await tie('linked once more', 'link', config, id);
  await step('artifacts of an unknown config', 'GET', `/api/v1/configs/${unknownKey}/$artifacts`);
}

async function unmakes({ step }: Steps, id: string): Promise<void> {
  const path = `/api/v1/artifacts/${id}`;
  await step('own artifact changed', 'PUT', path, { json: { data: { b: 2 } } });
  await step('own artifact deleted', 'DELETE', path);
  await step('own artifact read after', 'GET', path);
  await step('artifacts in the end', 'GET', '/api/v1/artifacts');
}

/** Jobs stopped and forgotten, and a configuration deleted with all that hangs on it. */
export async function ends({ ask, step }: Steps, config: string): Promise<void> {
  const json = { config_id: config, data: history };
  const submit = async () => (await ask('POST', '/api/v1/ml/$train', { json })).body as Submitted;
  const [running, waiting] = [await submit(), await submit()];
  await step('job that waits for another', 'GET', `/api/v1/jobs/${waiting.job_id}`);
  await step('job canceled', 'DELETE', `/api/v1/jobs/${running.job_id}`);
  await step('canceled job read', 'GET', `/api/v1/jobs/${running.job_id}`);
  await ended(ask, waiting.job_id);
  await step('finished job forgotten', 'DELETE', `/api/v1/jobs/${waiting.job_id}`);
  await step('config deleted', 'DELETE', `/api/v1/configs/${config}`);
  await step('artifacts of the deleted config', 'GET', '/api/v1/artifacts');
  await step('config deleted again', 'DELETE', `/api/v1/configs/${config}`);
}
