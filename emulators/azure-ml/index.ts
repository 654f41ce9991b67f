import { blobFault, serveBlob } from '../blob/service.ts';
import { openBlobStorage } from '../blob/storage.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../kit/server.ts';
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

const names = ['arm', 'azureml', 'blob'] as const;
type Name = (typeof names)[number];
type Service = Pick<EmulatorOptions, 'handle' | 'errorReply'>;

/** Starts Resource Manager, the data plane and the storage of one workspace, as they were left in `home`. */
export async function startAzureML(options: AzureMLOptions): Promise<AzureML> {
  const store = openStore(options.home);
  const platform = openPlatform(options, store);
  failInterrupted(platform);
  const stop = async () => {
    for (const { controller } of platform.active.values()) controller.abort(shutdown);
    await Promise.all([...platform.active.values()].map(({ done }) => done));
    store.close();
  };
  const services = servicesOf(platform);
  const starting = names.map((name) =>
    startEmulator(emulatorOptions(name, services[name], platform, options)),
  );
  const [arm, azureml, blob] = await allOrNone(starting).catch(async (error) => {
    await stop();
    throw error;
  });
  if (!arm || !azureml || !blob) throw new Error('an emulator did not start');
  platform.workspace.urls = { arm: arm.url, azureml: azureml.url, blob: blob.url };
  const close = async () => {
    await Promise.all([arm.close(), azureml.close(), blob.close()]);
    await stop();
  };
  return { arm, azureml, blob, account: platform.workspace.account, close };
}

/** Those that started are closed again when another could not, such as for a port in use. */
async function allOrNone(starting: Promise<Emulator>[]): Promise<Emulator[]> {
  const settled = await Promise.allSettled(starting);
  const started = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = settled.find((result) => result.status === 'rejected');
  if (!failed) return started;
  await Promise.all(started.map((emulator) => emulator.close()));
  throw failed.reason;
}

function servicesOf(platform: Platform): Record<Name, Service> {
  const { blobs: storage, authority, now, workspace } = platform;
  const blobService = { account: workspace.account, authority, now, storage };
  return {
    arm: { handle: (request) => serveArm(platform, request) },
    azureml: { handle: (request) => serveDataPlane(platform, request), errorReply: dataPlaneFault },
    blob: { handle: (request) => serveBlob(blobService, request), errorReply: blobFault },
  };
}

const emulatorOptions = (
  name: Name,
  { handle, errorReply }: Service,
  platform: Platform,
  { ports, tls }: AzureMLOptions,
): EmulatorOptions => ({
  name,
  port: ports?.[name],
  tls,
  callerOf: (request) => callerName(platform.authority, request),
  handle: (request) =>
    request.path.startsWith('/_control/') ? controlSwitches(platform, request) : handle(request),
  ...(errorReply ? { errorReply } : {}),
});

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
