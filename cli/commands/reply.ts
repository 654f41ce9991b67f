import type { Api } from '../api/client.ts';
import { failureOf } from '../api/errors.ts';
import { follow } from '../api/follow.ts';
import type { Cli } from '../cli.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure, interrupted } from '../failure.ts';
import type { ChatReplySubscription } from '../graphql/graphql.ts';
import { CancelReply, ChatReply } from '../operations.ts';
import { createPrinter, type Printer } from '../output/printer.ts';
import { type Approval, type Consent, decide, waitForConsent } from './decisions.ts';

/** A reply as it is known before it is followed. */
export type Reply = {
  id: string;
  content: string;
  streamCursor?: string | null;
  pendingApprovals: readonly Approval[];
  pendingConsents: readonly Consent[];
};

export type ReplyTo = {
  cli: Cli;
  api: Api;
  sessionId: string;
  /** On every tool; null: ask. */
  decision: boolean | null;
};

/** Prints a reply as it comes, asks what it asks, and ends when it does. @throws Failure unless it is completed. */
export async function showReply(to: ReplyTo, reply: Reply): Promise<void> {
  const { cli, api, sessionId } = to;
  const { out, world } = cli;
  const leaving = new AbortController();
  const stop = world.onInterrupt(cancelOrLeave(to, reply.id, leaving));
  const printer = createPrinter(out);
  printer.append(reply.content);
  try {
    for (const approval of reply.pendingApprovals) await decide(to, reply.id, approval);
    for (const consent of reply.pendingConsents) await waitForConsent(to, reply.id, consent);
    const after = reply.streamCursor;
    const cursorOf = ({ chatReply }: ChatReplySubscription) => chatReply.cursor;
    const options = { world, signal: leaving.signal, onGap: () => out.trace('Cut; taken up again.') };
    for await (const { chatReply } of follow(api, ChatReply, { sessionId, after }, cursorOf, options)) {
      if (chatReply.messageId !== reply.id) continue;
      if (out.json) out.event(chatReply);
      if (await handle(to, chatReply, printer)) return;
    }
    throw new Failure(exitCodes.upstream, 'The server ended the reply before its end.');
  } finally {
    stop();
    printer.end();
  }
}

/** The first Ctrl-C cancels the reply, whose end then comes as an event; the second leaves. */
function cancelOrLeave({ cli, api }: ReplyTo, messageId: string, leaving: AbortController): () => void {
  let canceling = false;
  return () => {
    if (canceling) return leaving.abort(interrupted());
    canceling = true;
    cli.out.note('\nCanceling …', 'dim');
    api.request(CancelReply, { messageId }).catch((error: unknown) => leaving.abort(error));
  };
}

type Event = ChatReplySubscription['chatReply'];

/** Whether it was the end. */
async function handle(to: ReplyTo, event: Event, printer: Printer): Promise<boolean> {
  switch (event.__typename) {
    case 'ReplyStarted':
      printer.restart();
      return false;
    case 'ReplyDelta':
      printer.append(event.text);
      return false;
    case 'ToolApprovalRequested':
      await decide(to, event.messageId, event.approval);
      return false;
    case 'ConsentRequired':
      await waitForConsent(to, event.messageId, event.consent);
      return false;
    case 'ReplyCompleted':
      printer.complete(event.message.content);
      printer.end();
      tellEnd(to, event.message);
      return true;
    case 'ReplyFailed':
      throw failed(event);
    default:
      return false;
  }
}

type Ended = Extract<Event, { __typename: 'ReplyCompleted' }>['message'];

function tellEnd({ cli: { out } }: ReplyTo, { status, citations, usage }: Ended): void {
  for (const { title, url } of citations) out.note(`  ${[title, url].filter(Boolean).join('  ')}`, 'dim');
  if (usage) out.trace(`${usage.inputTokens} tokens read, ${usage.outputTokens} written`);
  if (status === 'CANCELED')
    throw new Failure(exitCodes.canceled, 'The reply was canceled.', { code: status });
  if (status === 'INCOMPLETE') out.warn('The reply was cut short by a limit or a filter.');
}

/** A reply that failed is a failed run, but for what the person can do something about. */
function failed({ code, reason, retryAfterSeconds }: Extract<Event, { __typename: 'ReplyFailed' }>): Failure {
  const failure = failureOf({
    message: reason,
    extensions: { code, retryAfterSeconds: retryAfterSeconds ?? undefined },
  });
  const { exitCode, details } = failure;
  return new Failure(exitCode === exitCodes.upstream ? exitCodes.failed : exitCode, reason, details);
}
