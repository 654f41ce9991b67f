import type { AuditNote } from '../../domain/audit.ts';
import type { Caller } from '../../domain/callers.ts';

/** What the upstream's metadata holds of a value. */
const maxValueLength = 512;

/** Who asks, as the upstream may keep it beside the conversation and the response; no token, no claim but these. */
export function askedBy(caller: Caller, requestId: string, now: number): Record<string, string> {
  const values = {
    user_oid: caller.subject,
    user_email: caller.email,
    user_name: caller.name,
    asked_at: new Date(now).toISOString(),
    request_id: requestId,
  };
  const known = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return Object.fromEntries(known.map(([name, value]) => [name, value.slice(0, maxValueLength)]));
}

/** One use of an agent, as the trail keeps it; `outcome` is OK or an error's code. */
export const usedAgent = (
  caller: Caller,
  use: { action: string; agentName: string; outcome: string; requestId: string; now: number },
): AuditNote => ({
  at: new Date(use.now),
  actor: caller.key,
  actorKind: caller.kind,
  action: use.action,
  target: use.agentName,
  outcome: use.outcome,
  upstream: 'AZURE_FOUNDRY',
  requestId: use.requestId,
  keyPrefix: null,
});
