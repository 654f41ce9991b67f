import type { Message, ToolApproval } from '../../domain/chat.ts';
import { conflict, notFound } from '../../domain/errors.ts';
import type { Decision } from './upstream.ts';

/**
 * The reply's approvals with one more of them decided; one that was decided so already stays as it is.
 * @throws NOT_FOUND where the reply waits for no such approval, CONFLICT where it was decided otherwise.
 */
export function withDecision(
  { pendingApprovals }: Pick<Message, 'pendingApprovals'>,
  { id, approve, reason }: Decision,
): ToolApproval[] {
  const meant = pendingApprovals.find((approval) => approval.id === id);
  if (!meant) throw notFound('The reply waits for no such approval.', { field: 'approvalId' });
  if (meant.decision && meant.decision.approve !== approve)
    throw conflict('This approval was decided already.');
  const decided = { ...meant, decision: meant.decision ?? { approve, reason } };
  return pendingApprovals.map((approval) => (approval === meant ? decided : approval));
}

/** What was decided, in the approvals' order; null while one of them is open. */
export function allDecisions(approvals: readonly ToolApproval[]): Decision[] | null {
  const decisions = approvals.flatMap(({ id, decision }) => (decision ? [{ id, ...decision }] : []));
  return decisions.length === approvals.length ? decisions : null;
}

/** Those that the person has yet to decide. */
export const undecided = (approvals: readonly ToolApproval[]): ToolApproval[] =>
  approvals.filter(({ decision }) => !decision);
