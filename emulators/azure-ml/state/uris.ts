import { artifactContainer, containerOf, type Workspace } from './workspace.ts';

/** A path in a datastore; a folder's ends with `/` or is empty. */
export type DatastorePath = { datastore: string; path: string };

const datastoreForm =
  /^azureml:\/\/(?:subscriptions\/[^/]+\/resourcegroups\/[^/]+\/(?:providers\/Microsoft\.MachineLearningServices\/)?workspaces\/[^/]+\/)?datastores\/([^/]+)\/paths\/(.*)$/i;

/** Reads the short and the long form of a datastore uri. */
export function parseDatastoreUri(uri: string): DatastorePath | null {
  const [, datastore, path] = datastoreForm.exec(uri) ?? [];
  return datastore === undefined || path === undefined ? null : { datastore, path };
}

/** The long form, in which the service gives datastore uris back. Other uris stay as they are. */
export function canonicalUri(workspace: Workspace, uri: string): string {
  const at = parseDatastoreUri(uri);
  if (!at) return uri;
  const { subscriptionId, resourceGroup, workspace: name } = workspace;
  return `azureml://subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/workspaces/${name}/datastores/${at.datastore}/paths/${at.path}`;
}

/** Where the path lies in the storage account; null for a datastore that the workspace lacks. */
export function blobPathOf(
  workspace: Workspace,
  at: DatastorePath,
): { container: string; name: string } | null {
  const container = containerOf(workspace, at.datastore.toLowerCase());
  return container ? { container, name: at.path.replace(/^\/+/, '') } : null;
}

/** Where a run's artifacts lie. */
export const artifactAt = (runId: string, path: string) => ({
  container: artifactContainer,
  name: `ExperimentRun/dcid.${runId}/${path}`,
});

/** The datastore uri of a blob among the runs' artifacts. */
export const artifactUri = (name: string): string =>
  `azureml://datastores/workspaceartifactstore/paths/${name}`;

/** Reads `azureml://jobs/{run}/outputs/{name}/paths/{path}` and `runs:/{run}/{path}`. */
export function parseJobOutputUri(uri: string): { runId: string; path: string } | null {
  const [, runId, path] =
    /^azureml:\/\/jobs\/([^/]+)\/outputs\/[^/]+\/paths\/(.*)$/.exec(uri) ??
    /^runs:\/([^/]+)\/(.*)$/.exec(uri) ??
    [];
  return runId === undefined || path === undefined ? null : { runId, path };
}
