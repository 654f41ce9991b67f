import DataLoader from 'dataloader';
import { codeOf, notFound } from '../../domain/errors.ts';
import type { ModelFilter, RegisteredModel } from '../../domain/models.ts';
import { collectPage, mapPage, type Page, type PageRequest } from '../../domain/paging.ts';
import { armPage } from './arm-paging.ts';
import { containerToModel, versionToModel } from './assets-to-domain.ts';
import { type Connection, orNotFound } from './connection.ts';
import { known } from './names.ts';
import { below } from './places.ts';
import { type ModelContainer, type ModelVersion, modelContainer, modelVersion } from './wire.ts';

type Version = { name: string; version: string };

export type Models = {
  list(filter: ModelFilter, page: PageRequest): Promise<Page<RegisteredModel>>;
  get(name: string, version: string | null): Promise<RegisteredModel>;
  listVersions(name: string, page: PageRequest): Promise<Page<RegisteredModel>>;
};

export function createModels(connection: Connection): Models {
  const { home } = connection;
  const versions = new DataLoader<Version, ModelVersion, string>(
    (asked) => Promise.all(asked.map((one) => readVersion(connection, one).catch((error: Error) => error))),
    { cacheKeyFn: ({ name, version }) => `${name}:${version}` },
  );
  const load = async (name: string, version: string) =>
    versionToModel(name, await versions.load({ name, version: known.version(version) }), home);

  /** ARM's list holds neither uri nor job of a model: one read for each of the page. */
  const latestOf = async (container: ModelContainer): Promise<RegisteredModel> => {
    const { name, properties } = container;
    if (!properties.latestVersion) return containerToModel(container, home);
    return load(name, properties.latestVersion).catch((error: unknown) => {
      if (codeOf(error) === 'NOT_FOUND') return containerToModel(container, home);
      throw error;
    });
  };

  return {
    async list({ nameContains }, page) {
      const list = { path: '/models', item: modelContainer };
      const text = nameContains?.toLowerCase() ?? '';
      const keep = ({ name }: ModelContainer) => name.toLowerCase().includes(text);
      const found = await collectPage(page, (token) => armPage(connection, list, token), { keep });
      const models = await Promise.all(found.edges.map(({ node }) => latestOf(node)));
      const edges = found.edges.map(({ cursor }, index) => ({
        cursor,
        node: models[index] as RegisteredModel,
      }));
      return { ...found, edges };
    },
    async get(name, version) {
      const latest = version ?? (await readModelContainer(connection, name)).properties.latestVersion;
      if (!latest) throw notFound(`The model "${name}" has no version.`);
      return load(known.model(name), latest);
    },
    async listVersions(name, page) {
      const path = `/models${below(known.model(name))}/versions`;
      const list = { path, item: modelVersion, query: { $orderBy: 'createdtime desc' } };
      const found = collectPage(page, (token) => armPage(connection, list, token));
      return mapPage(await orNotFound(found, `There is no model "${name}" in this workspace.`), (wire) =>
        versionToModel(name, wire, home),
      );
    },
  };
}

export const readModelContainer = ({ arm }: Connection, name: string): Promise<ModelContainer> =>
  orNotFound(
    arm({ method: 'GET', path: `/models${below(known.model(name))}`, schema: modelContainer }),
    `There is no model "${name}" in this workspace.`,
  );

const readVersion = ({ arm }: Connection, { name, version }: Version): Promise<ModelVersion> =>
  orNotFound(
    arm({ method: 'GET', path: `/models${below(name, 'versions', version)}`, schema: modelVersion }),
    `There is no version "${version}" of a model "${name}" in this workspace.`,
  );
