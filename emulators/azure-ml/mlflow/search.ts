import { jsonBody, type PlaneCall, type PlaneRoute, slicePage } from '../data-plane/call.ts';
import type { RunRecord } from '../state/runs.ts';
import { mlflowInvalid } from './errors.ts';
import { compileMlflowFilter, type Reader, splitName } from './filter.ts';
import { coarseStatus, mlflowTags, renderMlflowRun } from './run-form.ts';

const maxResults = 1000;

function readerOf({ platform }: PlaneCall): Reader<RunRecord> {
  return (run, entity, key) => {
    if (entity === 'tags') return mlflowTags(run)[key];
    if (entity === 'params') return run.parameters[key];
    if (entity === 'metrics') return platform.runs.metrics(run.runId)[key]?.at(-1)?.value;
    const value = attributes(run)[key];
    if (value === undefined) throw mlflowInvalid(`Invalid attribute key '${key}'.`);
    return value;
  };
}

const attributes = (run: RunRecord): Record<string, string | number | null> => ({
  run_id: run.runId,
  run_name: run.displayName ?? run.runId,
  status: coarseStatus(run),
  user_id: run.createdBy.name,
  start_time: run.startedAt ?? run.createdAt,
  created: run.createdAt,
  end_time: run.endedAt,
});

/** POST `runs/search`. */
export const searchRuns: PlaneRoute['handle'] = async (call) => {
  const body = await jsonBody(call);
  const read = readerOf(call);
  const keep =
    typeof body.filter === 'string' && body.filter ? compileMlflowFilter(body.filter, read) : () => true;
  const found = inExperiments(call, body.experiment_ids).filter(inView(body.run_view_type)).filter(keep);
  const ordered = inOrder(found, body.order_by, read);
  const { page, next } = slicePage(ordered, body.page_token, sizeOf(body.max_results));
  return {
    status: 200,
    body: {
      runs: page.map((run) => renderMlflowRun(call.platform, run)),
      ...(next ? { next_page_token: next } : {}),
    },
  };
};

/** Of `max_results`; throws 400 for what is no size. */
export function sizeOf(value: unknown): number {
  if (value === undefined || value === null) return maxResults;
  const size = Number(value);
  if (!Number.isInteger(size) || size < 1)
    throw mlflowInvalid('max_results must be a positive whole number.');
  return Math.min(size, maxResults);
}

function inExperiments({ platform }: PlaneCall, ids: unknown): RunRecord[] {
  const wanted = new Set(Array.isArray(ids) ? ids.map(String) : []);
  return platform.runs
    .all()
    .filter((run) => wanted.has(String(platform.runs.experiments.get(run.experiment)?.experimentId)));
}

const inView = (view: unknown) => (run: RunRecord) =>
  view === 'ALL' || run.hidden === (view === 'DELETED_ONLY' || view === 2);

/** Newest first without an order; only attributes can order (contract section 10). */
function inOrder(runs: RunRecord[], orderBy: unknown, read: Reader<RunRecord>): RunRecord[] {
  const given = Array.isArray(orderBy) ? orderBy.map(String) : [];
  const keys = (given.length > 0 ? given : ['attributes.start_time DESC']).map((text) => {
    const [name = '', direction = 'ASC'] = text.trim().split(/\s+/);
    const { entity, key } = splitName(name);
    if (entity !== 'attributes') throw mlflowInvalid(`Ordering by ${entity} is not supported.`);
    return { key, sign: direction.toUpperCase() === 'DESC' ? -1 : 1 };
  });
  return [...runs].sort((a, b) => {
    for (const { key, sign } of keys) {
      const [left, right] = [read(a, 'attributes', key) ?? '', read(b, 'attributes', key) ?? ''];
      if (left !== right) return left < right ? -sign : sign;
    }
    return (keys[0]?.sign ?? 1) * (a.runNumber - b.runNumber);
  });
}
