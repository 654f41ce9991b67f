import { jsonBody, type PlaneCall, slicePage } from '../data-plane/call.ts';
import { planeBadRequest } from '../data-plane/errors.ts';
import type { RunRecord } from '../state/runs.ts';
import { compileFilter, type FieldReader, FilterError, sortBy } from './filter.ts';
import { renderRun } from './run-form.ts';

const maxPage = 500;

/** The fields of a run that can be filtered and ordered by, times in milliseconds. */
const runField: FieldReader<RunRecord> = (run, name) => {
  const [map, ...rest] = name.split('/');
  if (rest.length > 0) return mapOf(run, String(map).toLowerCase())?.[rest.join('/')] ?? null;
  return {
    runid: run.runId,
    parentrunid: run.parentRunId,
    rootrunid: run.rootRunId,
    runnumber: run.runNumber,
    status: run.status,
    displayname: run.displayName,
    experimentname: run.experiment,
    target: run.target,
    hidden: run.hidden,
    userid: run.createdBy.objectId,
    createdutc: run.createdAt,
    starttimeutc: run.startedAt,
    endtimeutc: run.endedAt,
  }[name.toLowerCase()];
};

const mapOf = (run: RunRecord, name: string): Record<string, string> | undefined =>
  ({ tags: run.tags, properties: run.properties, parameters: run.parameters })[name];

type Query = { filter?: unknown; orderBy?: unknown; top?: unknown; continuationToken?: unknown };

/** A page of runs. Without an order the newest come first. */
export function queryRuns({ platform }: PlaneCall, runs: RunRecord[], query: Query) {
  try {
    const keep = typeof query.filter === 'string' ? compileFilter(query.filter, runField) : () => true;
    const orderBy = typeof query.orderBy === 'string' && query.orderBy ? query.orderBy : 'createdUtc desc';
    const found = sortBy(runs.filter(keep), orderBy, runField, (run) => run.runNumber);
    const size = Math.min(Number(query.top) || 100, maxPage);
    const { page, next } = slicePage(found, query.continuationToken, size);
    return { total: found.length, next, value: page.map((run) => renderRun(platform, run)) };
  } catch (error) {
    if (error instanceof FilterError) throw planeBadRequest(platform.workspace, error.message);
    throw error;
  }
}

/** POST `experiments/{name}/runs:query`: every run of the experiment, trials too; `_` is any experiment. */
export async function postQuery(call: PlaneCall) {
  const { platform, params } = call;
  const query = (await jsonBody(call)) as Query;
  const record = [...platform.runs.experiments.values()].find(({ name, experimentId }) =>
    [name, experimentId].includes(String(params.experiment)),
  );
  const runs = platform.runs
    .all()
    .filter((run) => params.experiment === '_' || run.experiment === record?.name);
  const { value, next } = queryRuns(call, runs, query);
  return { status: 200, body: { value, continuationToken: next, nextLink: null } };
}
