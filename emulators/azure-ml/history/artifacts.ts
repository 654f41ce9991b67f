import { type PlaneCall, type PlaneRoute, runOf, slicePage } from '../data-plane/call.ts';
import { planeMissing } from '../data-plane/errors.ts';
import { artifactsOf } from '../jobs/artifacts.ts';
import { isoTime } from '../state/time.ts';
import { artifactUrl } from './sas-urls.ts';

type Artifact = ReturnType<typeof artifactsOf>[number];
type Handler = PlaneRoute['handle'];
const pageSize = 100;

const place = (runId: string, path: string) => ({
  origin: 'ExperimentRun',
  container: `dcid.${runId}`,
  path,
});

const render = (runId: string, { blob, path }: Artifact) => ({
  ...place(runId, path),
  artifactId: `ExperimentRun/dcid.${runId}/${path}`,
  etag: blob.etag,
  createdTime: isoTime(blob.createdAt),
  dataPath: { dataStoreName: 'workspaceartifactstore', relativePath: blob.name, sqlDataPath: null },
  tags: null,
});

function pageOf(call: PlaneCall, found: Artifact[], form: (artifact: Artifact) => unknown) {
  const { page, next } = slicePage(
    found,
    call.query.get('continuationToken') ?? call.query.get('continuationtoken'),
    pageSize,
  );
  return { status: 200, body: { value: page.map(form), continuationToken: next, nextLink: null } };
}

export const listArtifacts: Handler = (call) => {
  const { runId } = runOf(call);
  return pageOf(call, artifactsOf(call.platform, runId), (artifact) => render(runId, artifact));
};

/** GET `artifacts/path?path=outputs/`. */
export const listBelow: Handler = (call) => {
  const { runId } = runOf(call);
  const found = artifactsOf(call.platform, runId, call.query.get('path') ?? '');
  return pageOf(call, found, (artifact) => render(runId, artifact));
};

/** GET `artifacts/contentinfo?path=…`: an address for one artifact. */
export const contentInfo: Handler = (call) => {
  const { runId } = runOf(call);
  const path = call.query.get('path') ?? '';
  const found = artifactsOf(call.platform, runId, path).some((artifact) => artifact.path === path);
  if (!found)
    throw planeMissing(call.platform.workspace, `The artifact ${path} of run ${runId} was not found.`);
  return {
    status: 200,
    body: { ...place(runId, path), contentUri: artifactUrl(call.platform, runId, path), tags: null },
  };
};

/** GET `artifacts/prefix/contentinfo?path=…`: addresses for all below. */
export const prefixContentInfo: Handler = (call) => {
  const { runId } = runOf(call);
  const found = artifactsOf(call.platform, runId, call.query.get('path') ?? '');
  return pageOf(call, found, ({ path }) => ({
    ...place(runId, path),
    contentUri: artifactUrl(call.platform, runId, path),
    tags: null,
  }));
};
