import type { Context } from '../../context.ts';
import { brokenTail } from '../../datasources/azure-ml/utf8-bounds.ts';
import { badInput, MlgraphError } from '../../domain/errors.ts';
import { isFinal, type LogChunk, type ServiceRun } from '../../domain/runs.ts';
import { open } from './rights.ts';

type Ask = Pick<Context, 'chapkit' | 'services' | 'caller'>;

/** A longest character must fit, or reading would not go on. */
const leastBytes = 4;

/**
 * What there is to read of a run, behind `cursor`, at most `maxBytes`, cut between characters: its course, line by
 * line, and at its end what its job wrote, where the service keeps that.
 * @throws BAD_USER_INPUT for `after` where it is not of this run; CURSOR_EXPIRED where the text behind it is gone.
 */
export async function logsOfServiceRun(
  run: ServiceRun,
  cursor: string | null,
  maxBytes: number,
  context: Ask,
): Promise<LogChunk> {
  const offset = cursor === null ? 0 : readCursor(cursor, run.key);
  const bytes = Buffer.from(courseOf(run) + (await outputOf(run, context)), 'utf8');
  if (offset > bytes.length) {
    if (!isFinal(run.status)) return { text: '', cursor: writeCursor(run.key, offset), complete: false };
    throw new MlgraphError('CURSOR_EXPIRED', 'after: this log is no longer kept up to there; read it anew.');
  }
  const piece = bytes.subarray(offset, offset + Math.max(maxBytes, leastBytes));
  const whole = piece.subarray(0, piece.length - brokenTail(piece));
  const end = offset + whole.length;
  return {
    text: whole.toString('utf8'),
    cursor: writeCursor(run.key, end),
    complete: isFinal(run.status) && end === bytes.length,
  };
}

/** Grows at its end only: a line stands as soon as its time is known, and none comes before another that stands. */
function courseOf({ kind, service, createdAt, startedAt, finishedAt, status, error }: ServiceRun): string {
  const what = kind === 'TRAINING' ? 'training' : 'prediction';
  const lines = [lineOf(createdAt, `${what} handed to ${service}`)];
  if (startedAt) lines.push(lineOf(startedAt, 'running'));
  if (isFinal(status)) {
    const why = error ? `: ${error.message}` : '';
    lines.push(lineOf(finishedAt, `${status.toLowerCase()}${why}`));
  }
  return lines.join('');
}

const lineOf = (at: Date | null, words: string): string => `${at ? `${at.toISOString()} ` : ''}${words}\n`;

async function outputOf({ service, artifact, status }: ServiceRun, context: Ask): Promise<string> {
  if (!isFinal(status) || artifact === null) return '';
  const { stdout, stderr } = await open(service, 'id', context).outputOf(artifact);
  return [stdout, stderr].map((text) => (text && !text.endsWith('\n') ? `${text}\n` : (text ?? ''))).join('');
}

const writeCursor = (key: string, offset: number): string =>
  Buffer.from(JSON.stringify([key, offset])).toString('base64url');

/** @throws BAD_USER_INPUT for `after`: cursors come back from clients. */
function readCursor(cursor: string, key: string): number {
  try {
    const [run, offset] = JSON.parse(Buffer.from(cursor.slice(0, 512), 'base64url').toString('utf8'));
    if (run === key && Number.isSafeInteger(offset) && offset >= 0) return offset;
  } catch {
    // Falls through: not JSON is not a cursor either.
  }
  throw badInput('after', 'after: not a cursor of this log; pass the cursor of one of its chunks.');
}
