import { LRUCache } from 'lru-cache';
import type { Message } from '../../domain/chat.ts';
import { conflict, notFound } from '../../domain/errors.ts';
import type { Decision } from './upstream.ts';

/** Replies of which some approvals are decided, and some not yet. Beyond this, or after a restart: to be decided anew. */
const maxReplies = 10_000;

/** Decisions on what replies wait for, until those of one reply are complete. */
export class Decisions {
  readonly #decided = new LRUCache<string, ReadonlyMap<string, Decision>>({ max: maxReplies });

  /**
   * Adds a decision, and gives all of the reply's in their order once they are complete, else null.
   * @throws NOT_FOUND where the reply waits for no such approval, CONFLICT where it was decided otherwise.
   */
  add(reply: Message, decision: Decision): Decision[] | null {
    if (!reply.pendingApprovals.some(({ id }) => id === decision.id)) {
      throw notFound('The reply waits for no such approval.', { field: 'approvalId' });
    }
    const decided = new Map(this.#decided.get(reply.key));
    const earlier = decided.get(decision.id);
    if (earlier && earlier.approve !== decision.approve) throw conflict('This approval was decided already.');
    decided.set(decision.id, earlier ?? decision);
    const all = reply.pendingApprovals.flatMap(({ id }) => decided.get(id) ?? []);
    const isComplete = all.length === reply.pendingApprovals.length;
    if (isComplete) this.#decided.delete(reply.key);
    else this.#decided.set(reply.key, decided);
    return isComplete ? all : null;
  }

  forget(messageKey: string): void {
    this.#decided.delete(messageKey);
  }

  /** The reply without the approvals that are decided. */
  without(reply: Message): Message {
    const decided = this.#decided.get(reply.key);
    if (!decided) return reply;
    return { ...reply, pendingApprovals: reply.pendingApprovals.filter(({ id }) => !decided.has(id)) };
  }
}
