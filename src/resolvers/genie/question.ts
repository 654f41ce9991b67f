import type { Genie } from '../../datasources/databricks/index.ts';
import type { Store } from '../../datasources/supabase/store.ts';
import type { AuditNote } from '../../domain/audit.ts';
import type { Identity } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import type { ActAs } from '../../domain/genie.ts';
import type { Ownership } from './ownership.ts';
import type { QuestionQueue } from './question-queue.ts';
import type { RunningQuestions } from './running.ts';

/** A checked question, which its asker may ask. */
export type Question = {
  /** The workspace's. */
  home: string;
  spaceKey: string;
  /** The asker's own; null begins a new one. */
  conversationKey: string | null;
  text: string;
  as: ActAs;
  /** The same again is the same question. */
  clientMessageId: string | null;
  /** For the trail: id of the conversation, or of the space. */
  target: string;
};
export type Asker = {
  identity: Identity;
  /** Of the operation. A question whose turn has come is asked to its end, whoever is still there. */
  signal: AbortSignal;
  requestId: string;
};

export type AskingDeps = {
  clock: Clock;
  /** Genie as this person, or as the application. @throws UPSTREAM_NOT_CONFIGURED */
  connect(identity: Identity, as: ActAs, signal: AbortSignal, requestId?: string): Genie;
  /** @throws UPSTREAM_NOT_CONFIGURED where there is no database. */
  connectStore(identity: Identity, signal: AbortSignal): Store;
  audit(event: AuditNote): void;
};
/** What is shared by all questions. */
export type AskingParts = {
  deps: AskingDeps;
  queue: QuestionQueue;
  running: RunningQuestions;
  ownership: Ownership;
  /** Aborts when the gateway ends. */
  closing: AbortSignal;
};
