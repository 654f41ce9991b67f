import type { ReplyUpdate } from '../../datasources/supabase/store.ts';
import type {
  Citation,
  ConsentRequest,
  Message,
  MessageStatus,
  ReplyEvent,
  TokenUsage,
  ToolApproval,
} from '../../domain/chat.ts';
import { codeOf, MlgraphError } from '../../domain/errors.ts';
import { endOf } from './stored-events.ts';
import type { Ended } from './upstream.ts';

/** What is known of a reply when one of its responses has ended. */
export type Known = {
  /** As it was before this response. */
  reply: Message;
  /** All of the reply's text that was received. */
  text: string;
  /** Where this response's text begins in it. */
  begins: number;
  approvals: ToolApproval[];
  consents: ConsentRequest[];
};
export type Outcome = {
  update: ReplyUpdate & { status: MessageStatus; content: string };
  events: ReplyEvent[];
};

/** What becomes of a reply: what to store, and what to tell. */
export function outcomeOf(known: Known, ended: Ended, now: Date): Outcome {
  const waiting = waitingStatus(known, ended);
  const content = waiting ? known.text : finalText(known, ended);
  const status = waiting ?? finalStatus(ended, content.slice(known.begins));
  const update = {
    status,
    content,
    completedAt: waiting ? null : now,
    citations: [
      ...known.reply.citations,
      ...ended.citations.map((citation) => moved(citation, known.begins)),
    ],
    usage: sumOf(known.reply.usage, ended.usage),
    error: status === 'FAILED' || status === 'INCOMPLETE' ? errorOf(ended) : null,
    pendingApprovals: waiting ? known.approvals : [],
    pendingConsents: waiting ? known.consents : [],
  };
  return {
    update,
    events: waiting ? requestsOf(known) : [endOf({ ...known.reply, ...update }, waitOf(ended))],
  };
}

/** The end of an answer that the upstream did not end itself. */
export function failedEnd(error: unknown): Ended {
  const known = error instanceof MlgraphError;
  const message = known ? error.message : 'The gateway failed while the agent answered.';
  const retryAfterSeconds = known ? (error.details.retryAfterSeconds ?? null) : null;
  return endedAs('FAILED', { code: codeOf(error), message, retryAfterSeconds });
}

export const canceledEnd = (): Ended => endedAs('CANCELED', null);

const endedAs = (status: Ended['status'], error: Ended['error']): Ended => ({
  kind: 'ended',
  status,
  text: '',
  citations: [],
  usage: null,
  error,
});

/** A response that asks for something has ended upstream; the reply has not. */
function waitingStatus({ approvals, consents }: Known, { status }: Ended): MessageStatus | null {
  if (status !== 'COMPLETED' && status !== 'INCOMPLETE') return null;
  if (approvals.length > 0) return 'WAITING_FOR_APPROVAL';
  return consents.length > 0 ? 'WAITING_FOR_CONSENT' : null;
}

/** The content filter leaves a reply INCOMPLETE where it has words, and failed where it has none. */
function finalStatus(ended: Ended, text: string): Ended['status'] {
  if (ended.error?.code !== 'CONTENT_FILTERED' || ended.status === 'CANCELED') return ended.status;
  return text === '' ? 'FAILED' : 'INCOMPLETE';
}

/** The upstream's text counts where it finished; else whatever is more of the same. */
function finalText({ text, begins }: Known, ended: Ended): string {
  const upstream = text.slice(0, begins) + ended.text;
  const finished = ended.status === 'COMPLETED' || ended.status === 'INCOMPLETE';
  return (finished && ended.text !== '') || upstream.startsWith(text) ? upstream : text;
}

const requestsOf = ({ approvals, consents }: Known): ReplyEvent[] => [
  ...approvals.map((approval) => ({ kind: 'APPROVAL' as const, approval })),
  ...consents.map((consent) => ({ kind: 'CONSENT' as const, consent })),
];

const errorOf = ({ error }: Ended): Message['error'] =>
  error ? { code: error.code, message: error.message } : null;

const waitOf = ({ error }: Ended): number | null => error?.retryAfterSeconds ?? null;

const moved = (citation: Citation, by: number): Citation => ({
  ...citation,
  startIndex: citation.startIndex === null ? null : citation.startIndex + by,
  endIndex: citation.endIndex === null ? null : citation.endIndex + by,
});

/** Of all responses of one reply. */
export function sumOf(before: TokenUsage | null, more: TokenUsage | null): TokenUsage | null {
  if (!before || !more) return more ?? before;
  return {
    inputTokens: before.inputTokens + more.inputTokens,
    outputTokens: before.outputTokens + more.outputTokens,
    totalTokens: before.totalTokens + more.totalTokens,
  };
}
