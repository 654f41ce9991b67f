import { type AzureRun, isFinal, type LogChunk } from '../../domain/runs.ts';
import type { BlobStore } from './blob.ts';
import { type Connection, orNull, type Plane } from './connection.ts';
import { type LogRun, readLogs } from './log-files.ts';
import { known } from './names.ts';
import { below } from './places.ts';
import { isHelper } from './run-kind.ts';
import { toStatus } from './to-domain.ts';
import { childrenPage } from './trials.ts';
import { type RunRecord, runDetails } from './wire-runs.ts';

const childPages = 10;

/** Log text of a run behind `cursor`; an AutoML run has no log of its own, but its setup and its trials have. */
export async function readRunLogs(
  { history, call }: Connection,
  blobs: BlobStore,
  run: AzureRun,
  cursor: string | null,
  maxBytes: number,
): Promise<LogChunk> {
  const final = isFinal(run.status);
  const runs =
    run.kind === 'AUTOML' ? await automlLogRuns(history, run.name) : [logRun(history, run.name, final)];
  return readLogs({
    runs,
    final,
    cursor,
    maxBytes,
    read: (sasUrl, range) => blobs.readUrl(call, sasUrl, range),
  });
}

/** The setup, which may not be there yet, then up to 1,000 trials by number: an order that grows at its end only. */
async function automlLogRuns(history: Plane, parent: string): Promise<LogRun[]> {
  const children = await allChildren(history, parent);
  const trials = children.filter((child) => !isHelper(child));
  const setupName = `${parent}_setup`;
  const setup = children.find(({ runId }) => runId === setupName);
  const isSetUp = setup ? isFinal(toStatus(setup.status)) : trials.length > 0;
  return [
    logRun(history, setupName, isSetUp),
    ...trials.map(({ runId, status }) => logRun(history, runId, isFinal(toStatus(status)))),
  ];
}

async function allChildren(history: Plane, parent: string): Promise<RunRecord[]> {
  const children: RunRecord[] = [];
  let token: string | null = null;
  for (let page = 0; page < childPages; page++) {
    const { items, next } = await childrenPage(history, parent, token);
    children.push(...items);
    if (next === null) break;
    token = next;
  }
  return children;
}

/** The addresses of its files are read once, unless one has run out. */
function logRun(history: Plane, name: string, final: boolean): LogRun {
  let files: Promise<Record<string, string>> | undefined;
  const readFiles = async () => {
    const path = `/runs${below(known.run(name))}/details`;
    return (await orNull(history({ method: 'GET', path, schema: runDetails })))?.logFiles ?? {};
  };
  return {
    name,
    final,
    files({ fresh }) {
      if (fresh || !files) files = readFiles();
      return files;
    },
  };
}
