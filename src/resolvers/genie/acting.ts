import type { Context } from '../../context.ts';
import type { Genie } from '../../datasources/databricks/index.ts';
import type { AuditNote } from '../../domain/audit.ts';
import type { CallContext, Caller } from '../../domain/callers.ts';
import { codeOf, forbidden } from '../../domain/errors.ts';
import type { ActAs } from '../../domain/genie.ts';

/** The app role by which an operator allows a person to ask in the application's name. */
export const actAsAppRole = 'mlgraph.act-as-app';

/** A service has nobody else to act as; what it may do at all is its key's scopes' to say. */
export const mayActAsApp = ({ kind, role, roles }: Caller): boolean =>
  kind === 'SERVICE' || role === 'ADMIN' || roles.includes(actAsAppRole);

/** As whom to ask where nothing is said. */
export const actorOf = ({ kind }: Caller): ActAs => (kind === 'SERVICE' ? 'APP' : 'USER');

/** @throws FORBIDDEN for who is neither an administrator nor has the app role. */
export function assertMayActAsApp(caller: Caller, field?: string): void {
  if (mayActAsApp(caller)) return;
  throw forbidden(
    `Acting as the application is for administrators and for people with the app role ${actAsAppRole}.`,
    { field },
  );
}

/** @throws FORBIDDEN as `assertMayActAsApp`, and for a service that would act as a person. */
export function assertMayActAs(as: ActAs, caller: Caller, field?: string): void {
  if (as === 'APP') assertMayActAsApp(caller, field);
  else if (caller.kind === 'SERVICE') throw noPerson(field);
}

const noPerson = (field?: string) =>
  forbidden("An API key stands for no person, so Genie cannot be asked in one's name: ask as APP.", {
    field,
  });

type Use = { action: GenieAction; target: string | null };
/** What is done with Genie beside the mutations themselves, as the trail calls it. */
export type GenieAction =
  | 'upstream.askAsApp'
  | 'upstream.readAsApp'
  | 'upstream.rerunAsApp'
  | 'upstream.rateAsApp'
  | 'upstream.watchAsApp'
  | 'upstream.rememberConversation';

/** One use of Genie by this person, as the trail keeps it; `outcome` is OK or an error's code. */
export const usedGenie = (
  { key: actor, kind: actorKind }: Caller,
  { now, ...use }: Use & { outcome: string; requestId: string | null; now: number },
): AuditNote => ({
  at: new Date(now),
  actor,
  actorKind,
  ...use,
  upstream: 'DATABRICKS',
  keyPrefix: null,
});

type Ask = Pick<Context, 'caller' | 'genie' | 'call' | 'audit' | 'clock'>;
/** What each operation has left in the trail, so that the fields of one answer do not repeat each other. */
const left = new WeakMap<CallContext, Set<string>>();

/** Uses Genie as the identity that a conversation has; as the application only with the right to it, and audited. */
export async function withGenie<T>(
  as: ActAs,
  use: Use,
  context: Ask,
  work: (genie: Genie) => Promise<T>,
): Promise<T> {
  if (as === 'USER') {
    assertMayActAs(as, context.caller);
    return work(context.genie('USER'));
  }
  try {
    assertMayActAsApp(context.caller);
    const value = await work(context.genie('APP'));
    leave(use, 'OK', context);
    return value;
  } catch (error) {
    leave(use, codeOf(error), context);
    throw error;
  }
}

function leave(use: Use, outcome: string, { caller, call, audit, clock }: Ask): void {
  const those = left.get(call) ?? new Set();
  left.set(call, those);
  const name = JSON.stringify([use.action, use.target, outcome]);
  if (those.has(name)) return;
  those.add(name);
  audit.record(usedGenie(caller, { ...use, outcome, requestId: call.requestId, now: clock.now() }));
}
