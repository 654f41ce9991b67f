import { planeErrorBody } from '../data-plane/errors.ts';
import type { Platform } from '../state/platform.ts';
import type { RunRecord } from '../state/runs.ts';
import { isoTime, timeSpan } from '../state/time.ts';
import { logUrls } from './sas-urls.ts';

/** A run in the form of run history (contract section 9). */
export function renderRun(platform: Platform, run: RunRecord) {
  return {
    ...shared(platform, run),
    createdUtc: isoTime(run.createdAt),
    experimentId: platform.runs.experiments.get(run.experiment)?.experimentId,
    cancelationReason: null,
    currentAttemptId: 1,
    name: null,
    dataContainerId: `dcid.${run.runId}`,
    description: run.description,
    hidden: run.hidden,
    runType: run.traits[0] === 'automl' ? 'automl' : null,
    actionUris: {},
    scriptName: null,
    uniqueChildRunComputeTargets: [],
    displayName: run.displayName,
    primaryMetricName: run.primaryMetric,
    runDefinition: null,
    jobSpecification: null,
    createdFrom: null,
    cancelUri: null,
  };
}

/** What `details` answers: another name for the creation time, and the log files with their urls. */
export const renderDetails = (platform: Platform, run: RunRecord) => ({
  ...shared(platform, run),
  createdTimeUtc: isoTime(run.createdAt),
  jobCost: null,
  settings: {},
  runDefinition: null,
  logFiles: run.traits.includes('parent') ? {} : logUrls(platform, run),
});

function shared(platform: Platform, run: RunRecord) {
  const { parentRunId, runs } = { parentRunId: run.parentRunId, runs: platform.runs };
  return {
    runNumber: run.runNumber,
    runId: run.runId,
    runUuid: run.runUuid,
    parentRunId,
    parentRunUuid: parentRunId && (runs.get(parentRunId)?.runUuid ?? null),
    rootRunId: run.rootRunId,
    rootRunUuid: runs.get(run.rootRunId)?.runUuid ?? run.runUuid,
    status: run.status,
    ...times(platform, run),
    ...people(run),
    error:
      run.error && planeErrorBody(platform.workspace, run.error.code, run.error.message, [run.error.inner]),
    warnings: run.warnings.map((message) => ({ source: 'AutoML', message })),
    revision: run.revision,
    statusRevision: run.revision,
    tags: run.tags,
    properties: run.properties,
    parameters: run.parameters,
    services: {},
    target: run.target,
    runTypeV2: {
      orchestrator: run.traits[0] === 'automl' ? 'AutoML' : null,
      traits: run.traits,
      attribution: null,
      computeType: run.target === 'Serverless' ? 'Serverless' : 'AmlCompute',
    },
    compute: run.target && {
      target: run.target,
      targetType: 'AmlCompute',
      vmSize: 'Standard_DS3_v2',
      instanceCount: 1,
      priority: 'Dedicated',
    },
    inputDatasets: [],
    outputDatasets: [],
    inputs: run.inputs,
    outputs: run.outputs,
  };
}

function times({ now }: Platform, { startedAt, endedAt }: RunRecord) {
  const elapsed = startedAt === null ? null : timeSpan(Math.max(0, (endedAt ?? now()) - startedAt));
  return {
    startTimeUtc: isoTime(startedAt),
    lastStartTimeUtc: null,
    effectiveStartTimeUtc: null,
    endTimeUtc: isoTime(endedAt),
    duration: endedAt === null ? null : elapsed,
    computeDuration: endedAt === null ? null : elapsed,
    currentComputeTime: endedAt === null ? elapsed : '00:00:00',
  };
}

function people({ createdBy, createdAt, endedAt }: RunRecord) {
  const user = {
    userObjectId: createdBy.objectId,
    userPuId: null,
    userIdp: null,
    userTenantId: createdBy.tenantId,
    userName: createdBy.name,
    upn: createdBy.clientName,
  };
  return {
    createdBy: user,
    userId: createdBy.objectId,
    lastModifiedBy: user,
    lastModifiedUtc: isoTime(endedAt ?? createdAt),
  };
}
