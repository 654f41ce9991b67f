import { deleteContainer, getContainer, listContainers, putContainer } from './asset-containers.ts';
import { type AssetKind, dataKind, modelKind } from './asset-kinds.ts';
import { deleteVersion, getVersion, listVersions, putVersion } from './asset-versions.ts';
import type { ArmRoute } from './call.ts';
import { getCompute, listComputes } from './computes.ts';
import { getDatastore, listDatastores, listSecrets } from './datastores.ts';
import { cancelJob, deleteJob, getJob, listJobs, putJob } from './jobs.ts';

const route = (method: string, path: string, action: string, handle: ArmRoute['handle']): ArmRoute => ({
  method,
  path,
  action: `workspaces/${action}`,
  handle,
});

const assetRoutes = (kind: AssetKind): ArmRoute[] => {
  const { segment } = kind;
  const [one, versions] = [`${segment}/:name`, `${segment}/:name/versions`];
  return [
    route('GET', segment, `${segment}/read`, listContainers(kind)),
    route('GET', one, `${segment}/read`, getContainer(kind)),
    route('PUT', one, `${segment}/write`, putContainer(kind)),
    route('DELETE', one, `${segment}/delete`, deleteContainer(kind)),
    route('GET', versions, `${segment}/versions/read`, listVersions(kind)),
    route('GET', `${versions}/:version`, `${segment}/versions/read`, getVersion(kind)),
    route('PUT', `${versions}/:version`, `${segment}/versions/write`, putVersion(kind)),
    route('DELETE', `${versions}/:version`, `${segment}/versions/delete`, deleteVersion(kind)),
  ];
};

/** Everything below the workspace, with the action it takes. */
export const workspaceRoutes: readonly ArmRoute[] = [
  route('GET', 'computes', 'computes/read', listComputes),
  route('GET', 'computes/:name', 'computes/read', getCompute),
  route('GET', 'datastores', 'datastores/read', listDatastores),
  route('GET', 'datastores/:name', 'datastores/read', getDatastore),
  route('POST', 'datastores/:name/listSecrets', 'datastores/listSecrets/action', listSecrets),
  ...assetRoutes(dataKind),
  ...assetRoutes(modelKind),
  route('GET', 'jobs', 'jobs/read', listJobs),
  route('GET', 'jobs/:name', 'jobs/read', getJob),
  route('PUT', 'jobs/:name', 'jobs/write', putJob),
  route('POST', 'jobs/:name/cancel', 'jobs/cancel/action', cancelJob),
  route('DELETE', 'jobs/:name', 'jobs/delete', deleteJob),
];
