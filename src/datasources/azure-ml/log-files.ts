import { MlgraphError } from '../../domain/errors.ts';
import type { LogChunk } from '../../domain/runs.ts';
import type { BlobRange, BlobRead } from './blob.ts';
import { type LogPosition, notThisLog, readLogCursor, writeLogCursor } from './log-cursor.ts';
import { brokenHead, brokenTail } from './utf8-bounds.ts';

/** A run whose log is part of what is read: of AutoML the setup, then each trial; else the run alone. */
export type LogRun = {
  name: string;
  /** Its files grow no more. */
  final: boolean;
  /** RunDetails.logFiles, path → SAS URL; `fresh` when an address given before no longer holds. */
  files(options: { fresh: boolean }): Promise<Readonly<Record<string, string>>>;
};

export type LogRequest = {
  /** In reading order, which must not change but at its end. */
  runs: readonly LogRun[];
  /** No further run will come, and none of these will write any more. */
  final: boolean;
  /** From the first line without. */
  cursor: string | null;
  maxBytes: number;
  /** Reads behind a SAS URL: `readUrl` of the blob store. */
  read(sasUrl: string, range: BlobRange): Promise<BlobRead>;
};

/** A longest character must fit, or reading would not go on. */
const leastBytes = 4;
/** Runs looked at for one chunk; what comes later is for the next. */
const runsAtOnce = 10;

/** Which files to read, in their order: the first group that has any (Azure ML contract, section 11, "choose"). */
const groups: readonly RegExp[] = [
  /^user_logs\/std_log\D*0*(?:_ps)?\.txt$/,
  /^azureml-logs\/\d{2}.+\.txt$/,
  /^logs\/azureml\/executionlogs\.txt$/,
  /^azureml-logs\/hyperdrive\.txt$/,
  /^logs\/azureml\/azureml_automl\.log$/,
];
export function chooseLogFiles(paths: readonly string[]): string[] {
  const chosen = groups.map((group) => paths.filter((path) => group.test(path)));
  return (chosen.find((found) => found.length > 0) ?? []).toSorted();
}

/**
 * Log text behind `cursor`, at most `maxBytes`, cut between characters. Files are read one after the other; the next
 * begins when the run of the one before is final and read to its end.
 * @throws BAD_USER_INPUT for `after` when the cursor is none, or of another run.
 */
export async function readLogs(request: LogRequest): Promise<LogChunk> {
  const { runs, cursor, final } = request;
  const start = cursor === null ? null : readLogCursor(cursor);
  const first = start?.run ? runs.findIndex(({ name }) => name === start.run) : 0;
  if (first < 0) throw notThisLog();
  let position: LogPosition = start ?? { run: '', path: '', offset: 0 };
  let left = Math.max(request.maxBytes, leastBytes);
  let text = '';
  const chunk = (complete: boolean): LogChunk => ({ text, cursor: writeLogCursor(position), complete });

  for (const run of runs.slice(first, first + runsAtOnce)) {
    const from = run.name === position.run ? position : { run: run.name, path: '', offset: 0 };
    const part = await readRun({ ...run, final: final || run.final }, from, left, request.read);
    text += part.text;
    left -= part.bytes;
    position = part.position;
    if (!part.ended) return chunk(false);
  }
  return chunk(final && first + runsAtOnce >= runs.length);
}

type Part = { text: string; bytes: number; position: LogPosition; ended: boolean };

/** One run's files from a position on; `ended` when it is final and nothing is left. */
async function readRun(
  run: LogRun,
  from: LogPosition,
  maxBytes: number,
  read: LogRequest['read'],
): Promise<Part> {
  const part: Part = { text: '', bytes: 0, position: from, ended: run.final };
  const files = await run.files({ fresh: false });
  const paths = chooseLogFiles(Object.keys(files));
  // A file that is no longer there was replaced by those that are.
  const known = Math.max(paths.indexOf(from.path), 0);
  for (const path of paths.slice(known)) {
    const left = maxBytes - part.bytes;
    if (left < leastBytes) return { ...part, ended: false };
    const offset = path === from.path ? from.offset : 0;
    const piece = await readFile({ run, path, url: files[path] ?? '', offset, read }, left);
    part.text += piece.text;
    part.bytes += piece.bytes;
    part.position = { run: run.name, path, offset: piece.offset };
    if (!piece.atEnd || !run.final) return { ...part, ended: false };
  }
  return part;
}

type FilePosition = { run: LogRun; path: string; url: string; offset: number; read: LogRequest['read'] };
type Piece = { text: string; bytes: number; offset: number; atEnd: boolean };

async function readFile(at: FilePosition, maxBytes: number): Promise<Piece> {
  const { run, offset } = at;
  // Read from one byte before, a file that has not grown answers that byte, and only one that has shrunk (rewritten
  // when the run was finalized) has nothing there: "no news" and "start again" are told apart in one call.
  const overlap = offset > 0 ? 1 : 0;
  const found = await readFresh(at, { offset: offset - overlap, length: maxBytes + overlap });
  if (found.kind === 'PAST_END' && offset > 0) return readFile({ ...at, offset: 0 }, maxBytes);
  if (found.kind !== 'BYTES') return { text: '', bytes: 0, offset, atEnd: true };
  const bytes = found.bytes.subarray(overlap);
  const atEnd = offset + bytes.length >= found.total;
  const head = offset > 0 ? brokenHead(bytes) : 0;
  const tail = atEnd && run.final ? 0 : brokenTail(bytes);
  const whole = bytes.subarray(head, Math.max(head, bytes.length - tail));
  const text = whole.toString('utf8').replace(offset === 0 ? /^\uFEFF/ : /^$/, '');
  return { text, bytes: bytes.length, offset: offset + bytes.length - tail, atEnd };
}

/** Reads; where the address at hand does not hold any more, with a newly handed out one. */
async function readFresh({ run, path, url, read }: FilePosition, range: BlobRange): Promise<BlobRead> {
  const found = await read(url, range);
  if (found.kind !== 'REFUSED') return found;
  const renewed = (await run.files({ fresh: true }))[path];
  if (renewed === undefined) return { kind: 'MISSING' };
  const again = await read(renewed, range);
  if (again.kind !== 'REFUSED') return again;
  throw new MlgraphError('UPSTREAM_ERROR', 'The storage refuses the log’s address.', { upstream: 'blob' });
}
