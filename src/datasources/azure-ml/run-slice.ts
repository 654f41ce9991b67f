import type { Row, Slice } from '../../domain/merged-paging.ts';
import type { AzureRun } from '../../domain/runs.ts';
import { compareKeys, maxCarried, printRunPlace, type RunKey, type RunPlace } from './run-place.ts';
import type { Candidate, Scan } from './run-scan.ts';

/** So few runs and trials from the top are looked through again: one search then finds all that changes there too. */
const nearTop = 100;

/** Of what was found, the newest that can be told in their order, at most `limit`, each with its place. */
export function sliceOf(scan: Scan, place: RunPlace, limit: number): Slice<AzureRun> {
  const found = scan.candidates.toSorted((a, b) => compareKeys(a.key, b.key));
  const tellable = found.filter(({ key }) => key.at > scan.horizon);
  const rows = tellable.slice(0, limit).map(
    ({ run, key }, index): Row<AzureRun> => ({
      node: run,
      at: new Date(key.at),
      place: printRunPlace(behind(key, found.slice(index + 1), scan, place)),
    }),
  );
  const isEnd = scan.horizon === Number.NEGATIVE_INFINITY && tellable.length === rows.length;
  if (isEnd) return { rows, next: null };
  return { rows, next: rows.at(-1)?.place ?? printRunPlace(passedOver(found, scan, place)) };
}

/** Behind a run: `rest` was found, and is still to be told. */
function behind(told: RunKey, rest: Candidate[], scan: Scan, { scanned }: RunPlace): RunPlace {
  const carried = rest.filter(({ via }) => via === 'carried').map(({ key }) => key.name);
  const from = Math.max(scan.horizon, ...startsOf(rest));
  // At the end nothing is left to find but what was made with it.
  const finite = Number.isFinite(from) ? from : told.at;
  const isNearTop = !scanned && scan.starts.filter((start) => start > finite).length < nearTop;
  return { told, carried, scanned: isNearTop ? null : scannedTo(finite, scan, scanned) };
}

/** Nothing could be told: what was found is carried along, so that the next search begins behind what was passed over. */
function passedOver(found: Candidate[], scan: Scan, { told, scanned }: RunPlace): RunPlace {
  const kept = found.filter(({ via }) => via !== 'since');
  if (kept.length <= maxCarried) {
    return {
      told,
      carried: kept.map(({ key }) => key.name),
      scanned: scannedTo(scan.horizon, scan, scanned),
    };
  }
  const carried = kept.filter(({ via }) => via === 'carried').map(({ key }) => key.name);
  const from = Math.max(scan.horizon, ...startsOf(kept));
  return { told, carried, scanned: scannedTo(from, scan, scanned) };
}

const startsOf = (candidates: Candidate[]): number[] =>
  candidates.filter(({ via }) => via === 'scan').map(({ start }) => start);

const scannedTo = (from: number, { starts }: Scan, before: RunPlace['scanned']) => ({
  from,
  since: before?.since ?? starts[0] ?? from,
});
