import type { AzureRun } from '../../domain/runs.ts';
import type { Plane } from './connection.ts';
import { isBehind, keyOf, type RunKey, type RunPlace } from './run-place.ts';
import { begun, isTopLevel, searchRuns } from './run-search.ts';
import type { MLflowRun } from './wire-runs.ts';

/** A run that may be told, and how it was come upon. `start` in milliseconds since the epoch. */
export type Candidate = { run: AzureRun; key: RunKey; start: number; via: 'scan' | 'since' | 'carried' };

export type Scan = {
  /** Each once, in no order. */
  candidates: Candidate[];
  /** What is not among the candidates was made at this time or before; minus infinity at the end of the list. */
  horizon: number;
  /** When all that was looked through began, trials too, the last first. */
  starts: number[];
};

export type ScanRequest = {
  mlflow: Plane;
  experimentIds: string[];
  filter: string;
  place: RunPlace;
  limit: number;
  /** Those of these names that are there. */
  present(names: string[]): Promise<AzureRun[]>;
  isWanted(run: AzureRun): boolean;
  /** Told of all that a search finds. */
  found(runs: MLflowRun[]): void;
};

/** So many records are read in one batch. */
const stepSize = 100;
/** So many runs and trials that began since the walk did are looked through. */
const maxSince = 1_000;

/**
 * Looks through the runs behind a place until `limit` of them can be told in their order, or a page of the search is
 * through. What began since the walk did is no longer where the search would come upon it: that is looked through
 * too, and last, so that nothing slips by in between.
 */
export async function scanRuns(request: ScanRequest): Promise<Scan> {
  const from = request.place.scanned?.from;
  const candidates = new Map<string, Candidate>();
  const add = (found: Candidate[]) => {
    for (const each of found) if (!candidates.has(each.key.name)) candidates.set(each.key.name, each);
  };
  const starts: number[] = [];
  let horizon = Number.POSITIVE_INFINITY;
  const tellable = () => [...candidates.values()].filter(({ key }) => key.at > horizon).length;

  for await (const { runs, endsPage, endsList } of stepsOf(request, from)) {
    add(await candidatesAmong(request, runs, 'scan'));
    starts.push(...runs.flatMap(({ info }) => info.start_time ?? []));
    horizon = endsList ? Number.NEGATIVE_INFINITY : (starts.at(-1) ?? horizon);
    // Where a whole page began at one time, nothing is gained before the next.
    if (tellable() >= request.limit || (endsPage && horizon < (from ?? Number.POSITIVE_INFINITY))) break;
  }
  add(await carriedOf(request));
  add(await begunSince(request));
  return { candidates: [...candidates.values()], horizon, starts };
}

type Step = { runs: MLflowRun[]; endsPage: boolean; endsList: boolean };

async function* stepsOf(request: ScanRequest, from: number | undefined): AsyncGenerator<Step, void> {
  for (let token: string | null | undefined; token !== null; ) {
    const page = await searchFor(request, { from }, token ?? null);
    token = page.next;
    let at = 0;
    do {
      const runs = page.items.slice(at, at + stepSize);
      at += stepSize;
      const endsPage = at >= page.items.length;
      yield { runs, endsPage, endsList: endsPage && token === null };
    } while (at < page.items.length);
  }
}

async function searchFor(
  { mlflow, experimentIds, filter, found }: ScanRequest,
  bounds: { from?: number; since?: number },
  token: string | null,
) {
  const page = await searchRuns(mlflow, { experimentIds, filter: begun(filter, bounds), token });
  found(page.items);
  return page;
}

async function begunSince(request: ScanRequest): Promise<Candidate[]> {
  const { scanned } = request.place;
  if (!scanned) return [];
  const candidates: Candidate[] = [];
  let token: string | null | undefined;
  for (let seen = 0; token !== null && seen < maxSince; ) {
    const { items, next } = await searchFor(request, { since: scanned.since }, token ?? null);
    candidates.push(...(await candidatesAmong(request, items, 'since')));
    seen += items.length || maxSince;
    token = next;
  }
  return candidates;
}

async function candidatesAmong(
  request: ScanRequest,
  found: MLflowRun[],
  via: 'scan' | 'since',
): Promise<Candidate[]> {
  const starts = new Map(found.filter(isTopLevel).map(({ info }) => [info.run_id, info.start_time]));
  const runs = await request.present([...starts.keys()]);
  return wanted(
    request,
    runs.map((run) => candidateOf(run, starts.get(run.name), via)),
  );
}

async function carriedOf(request: ScanRequest): Promise<Candidate[]> {
  const runs = await request.present(request.place.carried);
  return wanted(
    request,
    runs.map((run) => candidateOf(run, run.startedAt?.getTime(), 'carried')),
  );
}

function candidateOf(run: AzureRun, began: number | null | undefined, via: Candidate['via']): Candidate {
  const start = began ?? run.createdAt?.getTime() ?? 0;
  return { run, start, key: keyOf(run, start), via };
}

const wanted = ({ place, isWanted }: ScanRequest, candidates: Candidate[]): Candidate[] =>
  candidates.filter(({ run, key }) => isBehind(key, place.told) && isWanted(run));
