import DataLoader from 'dataloader';
import type { Dataset, DatasetFilter } from '../../domain/datasets.ts';
import { notFound } from '../../domain/errors.ts';
import { collectPage, mapPage, type Page, type PageRequest } from '../../domain/paging.ts';
import { armPage } from './arm-paging.ts';
import { containerToDataset, versionToDataset } from './assets-to-domain.ts';
import { type Connection, orNotFound } from './connection.ts';
import { known } from './names.ts';
import { below } from './places.ts';
import { type DataContainer, type DataVersion, dataContainer, dataVersion } from './wire.ts';

type Version = { name: string; version: string };

export type Datasets = {
  list(filter: DatasetFilter, page: PageRequest): Promise<Page<Dataset>>;
  get(name: string, version: string | null): Promise<Dataset>;
  listVersions(name: string, page: PageRequest): Promise<Page<Dataset>>;
  uri(name: string, version: string): Promise<string>;
  /** Marks the version, and with the last one that was not, the data asset itself. */
  archive(name: string, version: string): Promise<Dataset>;
};

export function createDatasets(connection: Connection): Datasets {
  const { home } = connection;
  const versions = new DataLoader<Version, DataVersion, string>(
    (asked) => Promise.all(asked.map((one) => readVersion(connection, one).catch((error: Error) => error))),
    { cacheKeyFn: ({ name, version }) => `${name}:${version}` },
  );
  const load = (name: string, version: string) =>
    versions.load({ name: known.dataset(name), version: known.version(version) });

  return {
    async list(filter, page) {
      const query = { listViewType: filter.includeArchived ? 'All' : 'ActiveOnly' };
      const list = { path: '/data', item: dataContainer, query };
      const keep = (container: DataContainer) => isWanted(containerToDataset(container, home), filter);
      const found = await collectPage(page, (token) => armPage(connection, list, token), { keep });
      return mapPage(found, (container) => containerToDataset(container, home));
    },
    async get(name, version) {
      const latest = version ?? (await readContainer(connection, name)).properties.latestVersion;
      if (!latest) throw notFound(`The dataset "${name}" has no version.`);
      return versionToDataset(name, await load(name, latest), home);
    },
    async listVersions(name, page) {
      const path = `/data${below(known.dataset(name))}/versions`;
      const query = { listViewType: 'All', $orderBy: 'createdtime desc' };
      const list = { path, item: dataVersion, query };
      const found = collectPage(page, (token) => armPage(connection, list, token));
      return mapPage(await orNotFound(found, `There is no dataset "${name}" in this workspace.`), (wire) =>
        versionToDataset(name, wire, home),
      );
    },
    uri: async (name, version) => (await load(name, version)).properties.dataUri,
    async archive(name, version) {
      const { properties } = await load(name, version);
      versions.clear({ name, version });
      const archived = await putArchived(connection, { name, version }, properties);
      await archiveIfNoneIsLeft(connection, name);
      return versionToDataset(name, archived, home);
    },
  };
}

function isWanted({ name, type, tags }: Dataset, filter: DatasetFilter): boolean {
  const { nameContains, tag } = filter;
  if (nameContains && !name.toLowerCase().includes(nameContains.toLowerCase())) return false;
  if (filter.type && type !== filter.type) return false;
  return !tag || tags.some(({ name: key, value }) => key === tag.name && value === tag.value);
}

export const readContainer = ({ arm }: Connection, name: string): Promise<DataContainer> =>
  orNotFound(
    arm({ method: 'GET', path: `/data${below(known.dataset(name))}`, schema: dataContainer }),
    `There is no dataset "${name}" in this workspace.`,
  );

export const readVersion = ({ arm }: Connection, { name, version }: Version): Promise<DataVersion> =>
  orNotFound(
    arm({ method: 'GET', path: versionPath(name, version), schema: dataVersion }),
    `There is no version "${version}" of a dataset "${name}" in this workspace.`,
  );

export const versionPath = (name: string, version: string): string =>
  `/data${below(name, 'versions', version)}`;

/** Values of the version that this gateway does not know go back as they came (contract section 6). */
const putArchived = (
  { arm }: Connection,
  { name, version }: Version,
  properties: DataVersion['properties'],
): Promise<DataVersion> =>
  arm({
    method: 'PUT',
    path: versionPath(name, version),
    json: { properties: { ...properties, isArchived: true } },
    schema: dataVersion,
  });

/** Without it an asset whose every version is archived would stay in the list. */
async function archiveIfNoneIsLeft(connection: Connection, name: string): Promise<void> {
  const list = {
    path: `/data${below(name)}/versions`,
    item: dataVersion,
    query: { listViewType: 'ActiveOnly' },
  };
  const { items, next } = await armPage(connection, list, null);
  if (items.length > 0 || next !== null) return;
  const { properties } = await readContainer(connection, name);
  const { latestVersion: _latest, nextVersion: _next, ...kept } = properties;
  const json = { properties: { ...kept, isArchived: true } };
  await connection.arm({ method: 'PUT', path: `/data${below(name)}`, json, schema: dataContainer });
}
