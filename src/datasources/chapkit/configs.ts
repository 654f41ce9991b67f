import { ulid } from 'ulidx';
import { codeOf, MlgraphError } from '../../domain/errors.ts';
import type { ConfigContent, ModelConfig } from '../../domain/services.ts';
import { type Connection, orNotFound } from './connection.ts';
import type { Chapkit } from './index.ts';
import { newestFirst, pageOf, readAll } from './lists.ts';
import { toConfig } from './to-domain.ts';
import { known } from './values.ts';
import { config, nothing } from './wire.ts';

type Configs = Pick<
  Chapkit,
  | 'configSchema'
  | 'listConfigs'
  | 'configNames'
  | 'getConfig'
  | 'createConfig'
  | 'updateConfig'
  | 'deleteConfig'
>;

const path = '/api/v1/configs';
const noSuch = 'The service has no such configuration.';
const pathOf = (key: string) => `${path}/${known(key, 'configuration')}`;

/** Contract section 5. */
export function createConfigs(connection: Connection): Configs {
  const { systemName, send } = connection;
  const all = () =>
    connection.once(path, async () =>
      (await readAll(connection, path, config)).map((each) => toConfig(each, systemName)).sort(newestFirst),
    );
  const get = (key: string) =>
    connection.once(pathOf(key), async () => {
      const answer = send({ method: 'GET', path: pathOf(key), schema: config });
      return toConfig(await orNotFound(answer, noSuch), systemName);
    });

  return {
    configSchema: () =>
      connection.once(`${path}/$schema`, () =>
        send({ method: 'GET', path: `${path}/$schema`, schema: config.shape.data }),
      ),
    listConfigs: async (page) => pageOf(page, await all()),
    configNames: async () => new Map((await all()).map(({ key, name }) => [key, name])),
    getConfig: async (key) => get(key),
    createConfig: (content) => createConfig(connection, content),
    async updateConfig(key, content) {
      const answer = send({ method: 'PUT', path: pathOf(key), json: bodyOf(content), schema: config });
      return toConfig(await orNotFound(answer, noSuch).finally(connection.changed), systemName);
    },
    async deleteConfig(key) {
      const answer = send({ method: 'DELETE', path: pathOf(key), schema: nothing, idempotent: false });
      await orNotFound(answer, noSuch).finally(connection.changed);
    },
  };
}

const bodyOf = ({ name, data, tags }: ConfigContent) => ({ name, data, tags });

/** Whether the service may have done it although it answered nothing, or not that. */
const mayBeDone = (error: unknown): boolean =>
  ['CONFLICT', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_ERROR'].includes(codeOf(error));

/**
 * Sent once, for 1.x would overwrite at a second time, and 2.x refuse. Our key is nobody else's: what stands under it
 * is what was sent, also where the answer was lost.
 */
async function createConfig(connection: Connection, content: ConfigContent): Promise<ModelConfig> {
  const { systemName, send } = connection;
  const id = ulid();
  const json = { id, ...bodyOf(content) };
  try {
    return toConfig(await send({ method: 'POST', path, json, schema: config }), systemName);
  } catch (error) {
    if (!(error instanceof MlgraphError) || !mayBeDone(error)) throw error;
    const found = await send({ method: 'GET', path: pathOf(id), schema: config }).catch(() => null);
    if (!found) throw error;
    return toConfig(found, systemName);
  } finally {
    connection.changed();
  }
}
