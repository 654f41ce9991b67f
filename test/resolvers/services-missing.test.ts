import { describe, expect, test } from 'vitest';
import type { Context } from '../../src/context.ts';
import { notFound } from '../../src/domain/errors.ts';
import { deleteArtifact, getArtifact } from '../../src/resolvers/services/artifacts.ts';
import { deleteConfig, getConfig, updateConfig } from '../../src/resolvers/services/configs.ts';
import { predict } from '../../src/resolvers/services/jobs.ts';
import { getServiceModel } from '../../src/resolvers/services/models.ts';
import { artifact, config, failureOf, idOf, modelKey, setting } from './services-support.ts';

const modelId = idOf('Model', 'forecast', modelKey);
const future = { columns: ['rain'], rows: [[1]] };

describe('what a service has not got', () => {
  test.each<[string, string, (context: Context) => Promise<unknown>]>([
    ['a configuration', 'id', (context) => getConfig(config().id, 'id', context)],
    ['an artifact', 'id', (context) => getArtifact(artifact().id, 'id', context)],
    ['a model', 'id', (context) => getServiceModel(modelId, 'id', context)],
    ['one to change', 'input.id', (context) => updateConfig({ id: config().id, name: 'south' }, context)],
    ['one to delete', 'input.id', (context) => deleteConfig({ id: config().id }, context)],
    ['an artifact to delete', 'input.id', (context) => deleteArtifact({ id: artifact().id }, context)],
    ['a model to predict with', 'input.modelId', (context) => predict({ modelId, future }, context)],
  ])('%s is told of the field %s', async (_, field, act) => {
    const gone = async () => {
      throw notFound('The service has no such thing.', { upstream: 'forecast' });
    };
    const { context } = setting({ chapkits: { forecast: { deleteConfig: gone, deleteArtifact: gone } } });
    expect(await failureOf(() => act(context))).toMatchObject({ code: 'NOT_FOUND', details: { field } });
  });

  test('is a model where a prediction lies', async () => {
    const prediction = artifact({ type: 'ml_prediction', level: 1 });
    const { context } = setting({ chapkits: { forecast: { getArtifact: async () => prediction } } });
    expect(await failureOf(() => getServiceModel(modelId, 'id', context))).toMatchObject({
      code: 'NOT_FOUND',
      details: { field: 'id' },
    });
  });
});
