import type { Platform } from '../state/platform.ts';
import type { Workspace } from '../state/workspace.ts';
import type { ArmHandler } from './call.ts';
import { envelope } from './envelope.ts';
import { missing } from './errors.ts';
import { pageReply } from './paging.ts';

/** Nodes of the cluster: so many jobs run at once, the others are queued. */
export const clusterNodes = 2;
const cluster = 'cpu-small';
const instance = 'notebooks';

export const computeNames: readonly string[] = [cluster, instance];

export const listComputes: ArmHandler = (call) =>
  pageReply(call, [...computeNames], {
    keyOf: (name) => name,
    render: (name) => render(call.platform, name),
  });

export const getCompute: ArmHandler = ({ platform, params }) => {
  const name = computeNames.find((known) => known === params.name);
  if (!name) throw missing(`Compute ${params.name} was not found.`);
  return { status: 200, body: render(platform, name) };
};

function render(platform: Platform, name: string) {
  const { workspace } = platform;
  const computeType = name === cluster ? 'AmlCompute' : 'ComputeInstance';
  const inner = name === cluster ? clusterProperties(runningNodes(platform)) : instanceProperties;
  return {
    ...envelope(workspace, `computes/${name}`, { properties: common(workspace, computeType, inner) }),
    location: workspace.location,
  };
}

const runningNodes = ({ runs }: Platform): number =>
  runs.all().filter((run) => run.status === 'Running' && run.parentRunId === null && run.target === cluster)
    .length;

const common = (workspace: Workspace, computeType: string, properties: object) => ({
  computeType,
  computeLocation: workspace.location,
  provisioningState: 'Succeeded',
  provisioningErrors: null,
  createdOn: '2026-01-05T08:00:00.0000000+00:00',
  modifiedOn: '2026-01-05T08:00:00.0000000+00:00',
  description: null,
  resourceId: null,
  isAttachedCompute: false,
  disableLocalAuth: true,
  properties,
});

const clusterProperties = (running: number) => ({
  vmSize: 'Standard_DS3_v2',
  vmPriority: 'Dedicated',
  osType: 'Linux',
  scaleSettings: { minNodeCount: 0, maxNodeCount: clusterNodes, nodeIdleTimeBeforeScaleDown: 'PT120S' },
  allocationState: 'Steady',
  allocationStateTransitionTime: '2026-01-05T08:00:00.0000000+00:00',
  currentNodeCount: running,
  targetNodeCount: running,
  nodeStateCounts: {
    idleNodeCount: 0,
    runningNodeCount: running,
    preparingNodeCount: 0,
    unusableNodeCount: 0,
    leavingNodeCount: 0,
    preemptedNodeCount: 0,
  },
  errors: null,
});

const instanceProperties = {
  vmSize: 'Standard_DS3_v2',
  state: 'Running',
  applicationSharingPolicy: 'Personal',
  applications: [],
  errors: [],
  sshSettings: { sshPublicAccess: 'Disabled' },
};
