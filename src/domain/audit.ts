import type { Provider } from './providers.ts';

/** One line of the trail: who did what to what, and how it ended. Only ever added. */
export type AuditEvent = {
  id: string;
  at: Date;
  /** Caller.key. */
  actor: string;
  actorKind: 'USER' | 'SERVICE';
  /** A mutation's name; or what failed beside one: `session.title`, `upstream.delete`. */
  action: string;
  target: string | null;
  /** OK, or the error's code. */
  outcome: string;
  upstream: Provider | null;
  requestId: string | null;
  keyPrefix: string | null;
};
export type NewAuditEvent = Omit<AuditEvent, 'id'>;
export type AuditFilter = {
  actor?: string | null;
  action?: string | null;
  since?: Date | null;
  until?: Date | null;
};
