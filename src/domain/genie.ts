import type { RunError } from './runs.ts';

export const genieStatuses = [
  'SUBMITTED',
  'FETCHING_METADATA',
  'FILTERING_CONTEXT',
  'ASKING_AI',
  'PENDING_WAREHOUSE',
  'EXECUTING_QUERY',
  'COMPLETED',
  'FAILED',
  'CANCELED',
  'QUERY_RESULT_EXPIRED',
  'UNKNOWN',
] as const;
export type GenieStatus = (typeof genieStatuses)[number];

/** UNKNOWN is a word the gateway does not know: not final. */
export const isFinalAnswer = (status: GenieStatus): boolean =>
  status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELED' || status === 'QUERY_RESULT_EXPIRED';

/** On whose behalf Genie is asked: the signed-in person's, or the application's own identity. */
export const actors = ['USER', 'APP'] as const;
export type ActAs = (typeof actors)[number];

export const ratings = ['POSITIVE', 'NEGATIVE', 'NONE'] as const;
export type Rating = (typeof ratings)[number];

/** Where a conversation stands upstream. All keys are 32 lower-case hexadecimal digits. */
export type GenieConversationPlace = { spaceKey: string; conversationKey: string };
export type GenieMessagePlace = GenieConversationPlace & { messageKey: string };
export type GenieQueryPlace = GenieMessagePlace & { attachmentKey: string };

export type GenieSpace = {
  kind: 'GENIE_SPACE';
  id: string;
  key: string;
  title: string;
  description: string | null;
};

/** `as`: the identity that it was begun with, and goes on with. */
export type GenieConversation = GenieConversationPlace & {
  kind: 'GENIE_CONVERSATION';
  id: string;
  title: string | null;
  createdAt: Date | null;
  as: ActAs;
};

/** The SQL of an answer; its rows are a call of their own, once it `hasRun` or runs. */
export type GenieQuery = {
  place: GenieQueryPlace;
  as: ActAs;
  sql: string;
  description: string | null;
  hasRun: boolean;
};

/** One question and its answer. */
export type GenieMessage = GenieMessagePlace & {
  kind: 'GENIE_MESSAGE';
  id: string;
  as: ActAs;
  question: string;
  status: GenieStatus;
  /** Genie's own word. */
  rawStatus: string;
  createdAt: Date;
  updatedAt: Date | null;
  /** Markdown, written by a model. */
  text: string | null;
  followUpQuestion: string | null;
  query: GenieQuery | null;
  suggestedQuestions: string[];
  rating: Rating | null;
  error: RunError | null;
};

/** What a message turned to, at the moment the gateway saw it. `cursor` goes on behind it and never expires. */
export type GenieEvent = { cursor: string; at: Date; message: GenieMessage };
