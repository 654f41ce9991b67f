import { blobFault, serveBlob } from '../blob/service.ts';
import { openBlobStorage } from '../blob/storage.ts';
import { type Emulator, type EmulatorOptions, type EmulatorRequest, startEmulator } from '../kit/server.ts';
import { callerName, type TokenAuthority } from './access.ts';
import { clusterNodes } from './arm/computes.ts';
import { serveArm } from './arm/service.ts';
import { controlSwitches } from './control.ts';
import { dataPlaneFault, serveDataPlane } from './data-plane/service.ts';
import { shutdown } from './jobs/automl-job.ts';
import { createNodes } from './jobs/nodes.ts';
import { failInterrupted } from './recover.ts';
import { openAssetBook } from './state/assets.ts';
import type { Platform, Train } from './state/platform.ts';
import { openRunBook } from './state/runs.ts';
import { openStore, type Store } from './state/store.ts';
import { containerOf, describeWorkspace, type WorkspaceSettings } from './state/workspace.ts';

export type { Train } from './state/platform.ts';

export type AzureMLOptions = WorkspaceSettings & {
  /** Verifies tokens, and knows the people and their roles. */
  entra: TokenAuthority & { tenantId: string };
  /** Directory of everything that is kept; made if it is not there. */
  home: string;
  train: Train;
  /** 0, which is the default, takes a free one. */
  ports?: { arm?: number; azureml?: number; blob?: number };
  /** PEM. With it all three speak https. */
  tls?: { key: string; cert: string };
  /** Milliseconds since the epoch. */
  clock?: () => number;
};

export type AzureML = {
  arm: Emulator;
  azureml: Emulator;
  blob: Emulator;
  /** The storage account behind the workspace, for tests that sign for themselves. */
  account: { name: string; key: string };
  /** Stops the servers and the training; what is stored stays. */
  close(): Promise<void>;
};

/** Starts Resource Manager, the data plane and the storage of one workspace, as they were left in `home`. */
export async function startAzureML(options: AzureMLOptions): Promise<AzureML> {
  const store = openStore(options.home);
  const platform = openPlatform(options, store);
  failInterrupted(platform);
  const { account } = platform.workspace;
  const { blobs, authority, now } = platform;
  const start = (name: 'arm' | 'azureml' | 'blob', service: Pick<EmulatorOptions, 'handle' | 'errorReply'>) =>
    startEmulator({
      name,
      port: options.ports?.[name],
      tls: options.tls,
      callerOf: (request) => callerName(authority, request),
      ...service,
      handle: async (request) =>
        (await controlSwitches(platform, request)) ?? (await service.handle(request)),
    });
  const arm = await start('arm', { handle: own((request) => serveArm(platform, request)) });
  const azureml = await start('azureml', {
    handle: own((request) => serveDataPlane(platform, request)),
    errorReply: dataPlaneFault,
  });
  const blob = await start('blob', {
    handle: own((request) => serveBlob({ account, authority, now, storage: blobs }, request)),
    errorReply: blobFault,
  });
  platform.workspace.urls = { arm: arm.url, azureml: azureml.url, blob: blob.url };
  const close = async () => {
    await Promise.all([arm.close(), azureml.close(), blob.close()]);
    for (const { controller } of platform.active.values()) controller.abort(shutdown);
    await Promise.all([...platform.active.values()].map(({ done }) => done));
    store.close();
  };
  return { arm, azureml, blob, account, close };
}

/** Unknown control routes are nobody's. */
const own =
  (serve: (request: EmulatorRequest) => ReturnType<EmulatorOptions['handle']>): EmulatorOptions['handle'] =>
  (request) =>
    request.path.startsWith('/_control/') ? null : serve(request);

function openPlatform(options: AzureMLOptions, store: Store): Platform {
  const now = options.clock ?? Date.now;
  const workspace = describeWorkspace(options, options.entra.tenantId, store);
  const blobs = openBlobStorage(options.home, store, now);
  for (const datastore of ['workspaceblobstore', 'workspaceartifactstore'])
    blobs.createContainer(String(containerOf(workspace, datastore)));
  return {
    workspace,
    authority: options.entra,
    runs: openRunBook(store, now),
    jobs: store.collection('job'),
    data: openAssetBook(store, 'data'),
    models: openAssetBook(store, 'model'),
    blobs,
    train: options.train,
    switches: { datastoreCredentials: 'AccountKey', sasLifetimeMs: 3_600_000 },
    nodes: createNodes(clusterNodes),
    active: new Map(),
    now,
  };
}
