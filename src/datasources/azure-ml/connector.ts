import type { CallContext, TokenFor } from '../../domain/callers.ts';
import { createUpstream, type Upstream, type UpstreamOptions, type UpstreamSettings } from '../http.ts';
import { type BlobStore, createBlobStore } from './blob.ts';
import { getCompute, listComputes } from './computes.ts';
import { type Connection, openConnection } from './connection.ts';
import { readColumns } from './dataset-columns.ts';
import { uploadDataset } from './dataset-upload.ts';
import { createDatasets } from './datasets.ts';
import { createDatastores } from './datastores.ts';
import { createExperimentNames, createExperiments, type Experiments } from './experiments.ts';
import type { AzureML } from './index.ts';
import { cancelRun, startAutoML } from './jobs.ts';
import { readRunLogs } from './logs.ts';
import { createMetrics } from './metrics.ts';
import { createModels, createVersionTimes, type Models } from './models.ts';
import { type AzureMLSettings, homeOf } from './places.ts';
import { modelsOf, registerModel } from './registration.ts';
import { listRuns } from './run-list.ts';
import { createRuns } from './runs.ts';
import { bestTrial, listChildren } from './trials.ts';
import { createDataPlane } from './workspace.ts';

/** One workspace for the life of the process; `connect` gives it as one caller sees it, for one operation. */
export type AzureMLConnector = {
  home: string;
  connect(operation: { token: TokenFor; call: CallContext; callerKey: string }): AzureML;
  /** For health; `azureml` is null until its host is known, which takes somebody's read of the workspace. */
  upstreams(): { arm: Upstream; azureml: Upstream | null; blob: Pick<Upstream, 'probe'> };
  close(): Promise<void>;
};

/** For ARM and the data plane; storage has deadlines of its own. */
export type ConnectorOptions = UpstreamOptions &
  Pick<UpstreamSettings, 'maxInFlight' | 'deadlineMs' | 'retries' | 'breaker'>;

/** Nothing is read here: whoever calls first finds out what is wrong with the settings. */
export function createAzureMLConnector(
  settings: AzureMLSettings,
  { dispatcher, clock, random, ...limits }: ConnectorOptions = {},
): AzureMLConnector {
  const home = homeOf(settings);
  const options = { dispatcher, clock, random };
  const arm = createUpstream({ ...limits, name: 'arm', baseUrl: settings.armEndpoint }, options);
  const blobs = createBlobStore({ endpoint: settings.blobEndpoint }, options);
  const openData = (baseUrl: string) => createUpstream({ ...limits, name: 'azureml', baseUrl }, options);
  const dataPlane = createDataPlane(settings, openData);
  const names = createExperimentNames();
  const times = createVersionTimes();

  return {
    home,
    connect({ token, call, callerKey }) {
      const data = (armPlane: Connection['arm']) => dataPlane.upstreamFor(callerKey, armPlane);
      const connection = openConnection({ settings, home, call, token, arm, data });
      const models = createModels(connection, callerKey, times);
      return compose({
        connection,
        experiments: createExperiments(connection, callerKey, names),
        models,
        blobs,
      });
    },
    upstreams: () => ({ arm, azureml: dataPlane.current(), blob: blobs }),
    close: async () => void (await Promise.all([arm.close(), dataPlane.close(), blobs.close()])),
  };
}

type Parts = { connection: Connection; experiments: Experiments; models: Models; blobs: BlobStore };

function compose({ connection, experiments, models, blobs }: Parts): AzureML {
  const runs = createRuns(connection, experiments);
  const metrics = createMetrics(connection, runs);
  const datasets = createDatasets(connection);
  const datastores = createDatastores(connection, blobs);
  return {
    home: connection.home,
    listDatasets: datasets.list,
    getDataset: datasets.get,
    listDatasetVersions: datasets.listVersions,
    datasetUri: datasets.uri,
    datasetColumns: (dataset) => readColumns(connection, datasets, datastores, dataset),
    uploadDataset: (upload) => uploadDataset(connection, datastores, upload),
    archiveDataset: datasets.archive,
    listExperiments: experiments.list,
    getExperiment: experiments.get,
    lastRunAt: experiments.lastRunAt,
    listComputes: (page) => listComputes(connection, page),
    getCompute: (name) => getCompute(connection, name),
    listRuns: (filter, request) => listRuns({ connection, experiments, runs, metrics }, filter, request),
    getRun: runs.get,
    listChildren: (parent, page) => listChildren(connection, runs, parent, page),
    bestTrial: (run) => bestTrial(runs, run),
    metrics: metrics.of,
    metricHistory: metrics.history,
    logs: (run, cursor, maxBytes) => readRunLogs(connection, blobs, run, cursor, maxBytes),
    startAutoML: (request) => startAutoML(connection, runs, request),
    cancelRun: (name) => cancelRun(connection, runs, experiments, name),
    listModels: models.list,
    getModel: models.get,
    listModelVersions: models.listVersions,
    modelsOf: (run) => modelsOf(runs, models, run),
    registerModel: (registration) => registerModel(connection, runs, registration),
  };
}
