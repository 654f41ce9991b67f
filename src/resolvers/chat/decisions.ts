import type { ToolApproval } from '../../domain/chat.ts';
import { conflict, notFound } from '../../domain/errors.ts';
import type { Decision } from './upstream.ts';

/** @throws NOT_FOUND where the reply waits for no such approval, CONFLICT where it was decided otherwise. */
export function requireDecided(approvals: readonly ToolApproval[], { id, approve }: Decision): void {
  const meant = approvals.find((approval) => approval.id === id);
  if (!meant) throw notFound('The reply waits for no such approval.', { field: 'approvalId' });
  if (meant.decision?.approve !== approve) throw conflict('This approval was decided already.');
}

/** What was decided, in the approvals' order; null while one of them is open. */
export function allDecisions(approvals: readonly ToolApproval[]): Decision[] | null {
  const decisions = approvals.flatMap(({ id, decision }) => (decision ? [{ id, ...decision }] : []));
  return decisions.length === approvals.length ? decisions : null;
}

/** Those that the person has yet to decide. */
export const undecided = (approvals: readonly ToolApproval[]): ToolApproval[] =>
  approvals.filter(({ decision }) => !decision);
