import type { Provider } from './providers.ts';

/** One line of the trail: who did what to what, and how it ended. Only ever added. */
export type AuditEvent = {
  id: string;
  at: Date;
  /** Caller.key; `anonymous` for a credential that was refused. */
  actor: string;
  actorKind: 'USER' | 'SERVICE';
  /** A mutation's name; or what failed beside one: `session.title`, `upstream.delete`; `upstream.use`, `credential.refused`. */
  action: string;
  target: string | null;
  /** OK, or the error's code. */
  outcome: string;
  upstream: Provider | null;
  requestId: string | null;
  keyPrefix: string | null;
  /** How often it happened since the line before; more than once only in a flood of refusals. */
  count: number;
};
/** What is told to the trail. */
export type AuditNote = Omit<AuditEvent, 'id' | 'count'> & Partial<Pick<AuditEvent, 'count'>>;
/** With a key (uuid) of the gateway's own: one that is written again, because its answer was lost, stands once. */
export type NewAuditEvent = AuditNote & { key: string };
export type AuditFilter = {
  actor?: string | null;
  action?: string | null;
  since?: Date | null;
  until?: Date | null;
};
