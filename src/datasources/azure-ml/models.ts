import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import { codeOf, notFound } from '../../domain/errors.ts';
import type { Slice, SliceRequest } from '../../domain/merged-paging.ts';
import type { ModelFilter, RegisteredModel } from '../../domain/models.ts';
import { collectPage, mapPage, type Page, type PageRequest } from '../../domain/paging.ts';
import { armPage } from './arm-paging.ts';
import { containerToModel, versionToModel } from './assets-to-domain.ts';
import { type Connection, orNotFound } from './connection.ts';
import { listByAge } from './model-list.ts';
import { known } from './names.ts';
import { below } from './places.ts';
import { toDate } from './values.ts';
import { type ModelContainer, type ModelVersion, modelContainer, modelVersion } from './wire.ts';

type Version = { name: string; version: string };

/** When versions of models were made, by caller, name and version, across operations: that never changes. */
export type VersionTimes = LRUCache<string, { at: number | null }>;
export const createVersionTimes = (): VersionTimes => new LRUCache({ max: 20_000 });

export type Models = {
  /** The latest version of each, newest first. */
  list(filter: ModelFilter, request: SliceRequest): Promise<Slice<RegisteredModel>>;
  get(name: string, version: string | null): Promise<RegisteredModel>;
  listVersions(name: string, page: PageRequest): Promise<Page<RegisteredModel>>;
};

export function createModels(connection: Connection, callerKey: string, times: VersionTimes): Models {
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

  const latestAt = async (container: ModelContainer): Promise<number | null> => {
    const key = JSON.stringify([callerKey, container.name, container.properties.latestVersion]);
    const remembered = times.get(key);
    if (remembered) return remembered.at;
    const at = (await latestOf(container)).createdAt?.getTime() ?? null;
    times.set(key, { at });
    return at;
  };
  const reads = {
    page: (token: string | null) => armPage(connection, { path: '/models', item: modelContainer }, token),
    latest: latestOf,
    latestAt,
    latestAtTime: (container: ModelContainer, time: number) => latestAtTime(connection, container, time),
  };

  return {
    list({ nameContains }, request) {
      const text = nameContains?.toLowerCase() ?? '';
      return listByAge(reads, ({ name }) => name.toLowerCase().includes(text), request);
    },
    async get(name, version) {
      const latest = version ?? (await readModelContainer(connection, name)).properties.latestVersion;
      if (!latest) throw notFound(`The model "${name}" has no version.`);
      return load(known.model(name), latest);
    },
    async listVersions(name, page) {
      const found = collectPage(page, (token) => versionsPage(connection, known.model(name), token));
      return mapPage(await orNotFound(found, `There is no model "${name}" in this workspace.`), (wire) =>
        versionToModel(name, wire, home),
      );
    },
  };
}

/** Those made last first. */
const versionsPage = (connection: Connection, name: string, token: string | null) =>
  armPage(
    connection,
    {
      path: `/models${below(name)}/versions`,
      item: modelVersion,
      query: { $orderBy: 'createdtime desc' },
    },
    token,
  );

/** Among a page of its versions; null where it had none by then. */
async function latestAtTime(
  connection: Connection,
  { name }: ModelContainer,
  time: number,
): Promise<number | null> {
  const { items } = await versionsPage(connection, name, null);
  const made = items.map(({ systemData }) => toDate(systemData?.createdAt)?.getTime() ?? null);
  return made.find((at) => at !== null && at <= time) ?? null;
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
