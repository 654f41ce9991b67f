import type { Message } from '../state/messages.ts';
import type { Workspace } from '../workspace.ts';
import { type Standing, standingOf } from './timeline.ts';

/** What can be had of a query's rows. `early`: nothing yet; `gone`: they have expired; `closed`: their statement is. */
export type ResultState = 'early' | 'pending' | 'running' | 'ready' | 'gone' | 'closed';

type Time = Pick<Workspace, 'pace' | 'now'>;

/** The rows of one query attachment, by its id. */
export function resultStateOf(time: Time, message: Message, attachment: string): ResultState {
  const standing = standingOf(time, message);
  if (standing.status === 'EXECUTING_QUERY') return 'running';
  if (standing.status !== 'COMPLETED' && standing.status !== 'QUERY_RESULT_EXPIRED') return 'early';
  const rerun = message.reruns[attachment];
  const lost = lostAt(message, standing);
  if (rerun !== undefined && rerun >= (lost ?? 0)) return rerunState(time, rerun);
  if (lost === null) return 'ready';
  return message.directions.ending === 'closed' ? 'closed' : 'gone';
}

function rerunState({ pace, now }: Time, startedAt: number): ResultState {
  const elapsed = now() - startedAt;
  if (elapsed < pace.state) return 'pending';
  return elapsed < 2 * pace.state ? 'running' : 'ready';
}

/** When the rows were lost; null: they were not. */
function lostAt({ expiredAt, directions }: Message, { status, since }: Standing): number | null {
  const ended = status === 'QUERY_RESULT_EXPIRED' || directions.ending === 'closed' ? since : null;
  return expiredAt === null ? ended : Math.max(expiredAt, ended ?? 0);
}
