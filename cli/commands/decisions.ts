import { exitCodes } from '../exit-codes.ts';
import { Failure, interrupted } from '../failure.ts';
import { DecideToolApproval, ResumeReply } from '../operations.ts';
import type { ReplyTo } from './reply.ts';

export type Approval = {
  id: string;
  toolName: string;
  serverLabel?: string | null;
  arguments?: string | null;
};
export type Consent = { id: string; serverLabel?: string | null; url: string };

/** Whether a tool may be used, as the person or the options say. @throws Failure where neither says. */
export async function decide(to: ReplyTo, messageId: string, approval: Approval): Promise<void> {
  const { cli, api } = to;
  const { id, toolName, serverLabel, arguments: args } = approval;
  cli.out.note(
    `\nThe agent asks to use ${toolName}${serverLabel ? ` of ${serverLabel}` : ''}${args ? ` with ${args}` : ''}.`,
    'yellow',
  );
  const approve = to.decision ?? (await askWhether(to, toolName));
  await api.request(DecideToolApproval, { input: { messageId, approvalId: id, approve } });
  cli.out.note(approve ? 'Allowed.' : 'Refused.', 'dim');
}

async function askWhether({ cli, sessionId }: ReplyTo, toolName: string): Promise<boolean> {
  const { out, world } = cli;
  if (!out.interactive)
    throw new Failure(exitCodes.refused, `The reply waits: may the agent use ${toolName}?`, {
      code: 'APPROVAL_NEEDED',
      next: `Say it: mlgraph chat AGENT --session ${sessionId} --approve (or --deny)`,
    });
  const answer = await world.ask('Allow it? [y/N] ');
  if (answer === null) throw interrupted();
  return /^y(es)?$/i.test(answer.trim());
}

/** Until the person has given a consent elsewhere. @throws Failure where nobody is there to give it. */
export async function waitForConsent(to: ReplyTo, messageId: string, consent: Consent): Promise<void> {
  const { cli, api, sessionId } = to;
  const { out, world } = cli;
  const page = URL.parse(consent.url);
  if (!out.interactive || page?.protocol !== 'https:')
    throw new Failure(exitCodes.signInNeeded, 'The reply waits for your consent.', {
      code: 'INTERACTION_REQUIRED',
      next: `Give it at ${consent.url}, then: mlgraph chat AGENT --session ${sessionId}`,
    });
  out.note(`\n${consent.serverLabel ?? 'A tool'} needs your consent:\n\n  ${page.href}\n`, 'yellow');
  await world.openBrowser(page.href).catch(() => {});
  if ((await world.ask('Press Enter when you have given it. ')) === null) throw interrupted();
  await api.request(ResumeReply, { messageId });
}
