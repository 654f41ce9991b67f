import type { Platform } from '../state/platform.ts';
import { finalStatuses } from '../state/runs.ts';
import type { ArmHandler } from './call.ts';
import { armRefusal } from './errors.ts';

const codes = { cancel: 'jc', delete: 'jd' } as const;
type Kind = keyof typeof codes;

/**
 * Headers of an accepted operation. Its id holds what it is about, so that polling works after a restart too.
 */
export function operationHeaders({ workspace }: Platform, kind: Kind, job: string): Record<string, string> {
  const id = `${codes[kind]}:${workspace.workspaceId}:${Buffer.from(job).toString('base64url')}`;
  const path = `/subscriptions/${workspace.subscriptionId}/providers/Microsoft.MachineLearningServices/locations/${workspace.location}/mfeOperationResults/${id}`;
  return {
    location: `${workspace.urls.arm}${path}?api-version=2022-10-01`,
    'retry-after': '1',
    'x-ms-async-operation-timeout': 'PT1H',
  };
}

/** 202 while the operation lasts, then 200 for a cancellation and 204 for a deletion. */
export const operationResult: ArmHandler = ({ platform, params }) => {
  const [code, workspaceId, encoded = ''] = String(params.operation).split(':');
  const job = Buffer.from(encoded, 'base64url').toString('utf8');
  if (workspaceId !== platform.workspace.workspaceId || (code !== codes.cancel && code !== codes.delete))
    throw armRefusal(404, 'NotFound', 'The operation was not found.');
  if (code === codes.delete)
    return platform.active.has(job)
      ? { status: 202, headers: operationHeaders(platform, 'delete', job) }
      : { status: 204 };
  const run = platform.runs.get(job);
  if (run && !finalStatuses.has(run.status))
    return { status: 202, headers: operationHeaders(platform, 'cancel', job) };
  return { status: 200 };
};
