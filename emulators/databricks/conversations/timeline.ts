import type { Message } from '../state/messages.ts';
import type { Workspace } from '../workspace.ts';

/** `draft`: the SQL of a first attempt is visible; `sql`: that of the answer; `whole`: its words and row counts too. */
export type Shown = 'nothing' | 'draft' | 'sql' | 'whole';
type Frame = [status: string, shown: Shown];

/** Where a message stands. `since`: when it came there. */
export type Standing = { status: string; shown: Shown; since: number; final: boolean };

/** Follows from the time alone, so that it goes on over a restart. */
export function standingOf({ pace, now }: Pick<Workspace, 'pace' | 'now'>, message: Message): Standing {
  const frames = framesOf(message);
  const last = frames.length - 1;
  const elapsed = Math.max(0, now() - message.askedAt);
  const index = pace.state > 0 ? Math.min(Math.floor(elapsed / pace.state), last) : last;
  const [status, shown] = frames[index] as Frame;
  const since = message.askedAt + index * pace.state;
  return { status, shown, since, final: finals.has(status) };
}

const finals = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'QUERY_RESULT_EXPIRED']);

function framesOf({ intent, directions }: Message): Frame[] {
  const { failure, ending, corrected, strange } = directions;
  const hidden = (...statuses: string[]): Frame[] => statuses.map((status) => [status, 'nothing']);
  const thinking = hidden(
    'SUBMITTED',
    ...(strange ? ['IN_PROGRESS'] : []),
    'FETCHING_METADATA',
    'FILTERING_CONTEXT',
    'ASKING_AI',
  );
  const isSql = intent.kind === 'aggregate' || intent.kind === 'listing';
  const attempt: Frame[] = corrected
    ? [
        ['EXECUTING_QUERY', 'draft'],
        ['ASKING_AI', 'draft'],
      ]
    : [];
  const running: Frame[] = isSql
    ? [...hidden('PENDING_WAREHOUSE'), ...attempt, ['EXECUTING_QUERY', 'sql']]
    : [];
  const before = [...thinking, ...running];
  if (failure) return [...before, ['FAILED', isSql ? 'sql' : 'nothing']];
  if (ending === 'cancelled') return [...before, ['CANCELLED', isSql ? 'sql' : 'nothing']];
  if (ending === 'stalled') return before;
  const expiry: Frame[] = ending === 'expired' && isSql ? [['QUERY_RESULT_EXPIRED', 'whole']] : [];
  return [...before, ['COMPLETED', 'whole'], ...expiry];
}
