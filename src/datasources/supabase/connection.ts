import type { Caller } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Client } from './client.ts';

/** The database as one person sees it, for one operation. */
export type Connection = {
  /** Asks in the person's name; comes into being when first asked for. */
  readonly client: Client;
  /**
   * Whose rows are meant: stands in every filter too, for an administrator may see more rows than their own, and so
   * that no change is ever sent without a filter.
   */
  owner: Caller['key'];
  /** Home of the agents' ids. */
  agentHome: string;
  clock: Clock;
};
