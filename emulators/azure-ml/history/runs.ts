import { textMap, textOrNull } from '../arm/call.ts';
import { jsonBody, type PlaneCall, type PlaneRoute, runOf } from '../data-plane/call.ts';
import { planeBadRequest, planeErrorBody } from '../data-plane/errors.ts';
import { cancelRun } from '../jobs/cancel.ts';
import type { Platform } from '../state/platform.ts';
import { finalStatuses } from '../state/runs.ts';
import { renderDetails, renderRun } from './run-form.ts';
import { queryRuns } from './run-query.ts';

type Handler = PlaneRoute['handle'];

export const getRun: Handler = (call) => ({ status: 200, body: renderRun(call.platform, runOf(call)) });

export const getDetails: Handler = (call) => ({
  status: 200,
  body: renderDetails(call.platform, runOf(call)),
});

export const getChildren: Handler = (call) => {
  const { query, platform, request } = call;
  const [orderBy, direction] = [query.get('$orderby'), query.get('$sortorder')];
  const { value, next, total } = queryRuns(call, platform.runs.children(runOf(call).runId), {
    filter: query.get('$filter') ?? undefined,
    orderBy: orderBy ? `${orderBy} ${direction ?? ''}`.trim() : 'runNumber asc',
    top: query.get('$top'),
    continuationToken: query.get('$continuationtoken') ?? undefined,
  });
  const link = new URL(request.url);
  if (next) link.searchParams.set('$continuationtoken', next);
  const count = query.get('$count') === 'true' ? { count: total } : {};
  return { status: 200, body: { value, continuationToken: next, nextLink: next && link.href, ...count } };
};

/** POST `rundata`. */
export const getRunData: Handler = async (call) => {
  const { runId } = await jsonBody(call);
  const run = runOf({ ...call, params: { run: String(runId) } });
  return { status: 200, body: runData(call.platform, run.runId) };
};

/** POST `batchrundata`: the runs found and the errors of the others, each under its request's key. */
export const getBatchRunData: Handler = async (call) => {
  const { platform } = call;
  const requests = Object.entries(
    ((await jsonBody(call)).requests ?? {}) as Record<string, { runId?: unknown }>,
  );
  const found = requests.filter(([, { runId }]) => platform.runs.get(String(runId)));
  const lost = requests.filter(([, { runId }]) => !platform.runs.get(String(runId)));
  const notFound = (runId: unknown) =>
    planeErrorBody(platform.workspace, 'UserError', `Run ${runId} was not found.`, ['NotFoundError']);
  return {
    status: lost.length > 0 ? 207 : 200,
    body: {
      successfulResults: Object.fromEntries(
        found.map(([key, { runId }]) => [key, runData(platform, String(runId))]),
      ),
      failedResults: Object.fromEntries(lost.map(([key, { runId }]) => [key, notFound(runId)])),
    },
  };
};

function runData(platform: Platform, runId: string) {
  const run = platform.runs.get(runId);
  const job = platform.jobs.get(runId);
  const jobSpecification = job ? JSON.stringify(job.specification) : null;
  return { runMetadata: run && renderRun(platform, run), runDefinition: null, jobSpecification };
}

/** PATCH of a run: names, tags and the archive flag; tags and properties are added to those there are. */
export const patchRun: Handler = async (call) => {
  const run = runOf(call);
  const body = await jsonBody(call);
  call.platform.runs.update(run.runId, {
    displayName: textOrNull(body.displayName) ?? run.displayName,
    description: textOrNull(body.description) ?? run.description,
    hidden: typeof body.hidden === 'boolean' ? body.hidden : run.hidden,
    tags: { ...run.tags, ...textMap(body.tags, 'tags') },
    properties: { ...textMap(body.properties, 'properties'), ...run.properties },
  });
  return getRun(call);
};

/** PATCH `runs/{id}/tags`. */
export const patchTags: Handler = async (call) => {
  const run = runOf(call);
  const { tagsToModify, tagsToDelete } = await jsonBody(call);
  const tags = { ...run.tags, ...textMap(tagsToModify, 'tagsToModify') };
  for (const name of Array.isArray(tagsToDelete) ? tagsToDelete : []) delete tags[String(name)];
  call.platform.runs.update(run.runId, { tags });
  return getRun(call);
};

export const postCancel: Handler = (call: PlaneCall) => {
  const { platform } = call;
  const run = runOf(call);
  if (platform.active.has(run.runId)) cancelRun(platform, run.runId);
  else if (run.parentRunId !== null || finalStatuses.has(run.status))
    throw planeBadRequest(platform.workspace, `Run ${run.runId} cannot be canceled in status ${run.status}.`);
  else platform.runs.update(run.runId, { status: 'Canceled', endedAt: platform.now() });
  return getRun(call);
};
