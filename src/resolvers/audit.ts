import type { Context } from '../context.ts';
import type { AuditEvent, AuditFilter } from '../domain/audit.ts';
import { codeOf } from '../domain/errors.ts';
import { parseId } from '../domain/ids.ts';
import { type Page, type PageArgs, readPage } from '../domain/paging.ts';
import { type Provider, providers } from '../domain/providers.ts';
import { assertAdministrator } from './viewer.ts';

type Ask = Pick<Context, 'signedIn' | 'people' | 'caller' | 'store'>;

/** Newest first. @throws FORBIDDEN for others than administrators. */
export async function listAuditEvents(
  args: PageArgs & { filter?: AuditFilter | null },
  context: Ask,
): Promise<Page<AuditEvent>> {
  await assertAdministrator(context);
  const filter = args.filter ?? {};
  return context.store.listAuditEvents(filter, readPage(args, context.caller.key, ['auditEvents', filter]));
}

export type Recorder = Pick<Context, 'identity' | 'call' | 'audit' | 'clock'>;
type Done = {
  action: string;
  target: string | null;
  outcome: string;
  upstream: Provider | null;
  /** Of the gateway's own key, where one was used. */
  keyPrefix?: string | null;
};

/** Leaves an event in the name of the caller. Nobody leaves none: they can do nothing. */
export function record(done: Done, { identity, call, audit, clock }: Recorder): void {
  if (!identity) return;
  const { key: actor, kind: actorKind } = identity.caller;
  audit.record({
    at: new Date(clock.now()),
    actor,
    actorKind,
    keyPrefix: null,
    ...done,
    requestId: call.requestId,
  });
}

type Mutation = { action: string; upstream: Provider | null; input: unknown };

/** Does a mutation, and leaves in the trail what it was done to and how it ended. */
export async function auditMutation<T>(
  { action, input, ...mutation }: Mutation,
  context: Recorder,
  mutate: () => Promise<T>,
): Promise<T> {
  const upstream = mutation.upstream ?? platformOf(idIn(input));
  try {
    const payload = await mutate();
    record({ action, upstream, target: idIn(input) ?? idIn(payload), outcome: 'OK' }, context);
    return payload;
  } catch (error) {
    record({ action, upstream, target: idIn(input), outcome: codeOf(error) }, context);
    throw error;
  }
}

/** The platform whose id it is: what is done to a run is done by whoever runs it. */
function platformOf(id: string | null): Provider | null {
  const provider = id === null ? undefined : parseId(id)?.provider;
  return providers.find((known) => known === provider && known !== 'LOCAL') ?? null;
}

const maxTarget = 2048;

/** The first id of an input or of what a payload holds; nothing else of either gets into the trail. */
function idIn(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === 'string' && /^id$|Id$/.test(name) && !/^(client|tenant)/.test(name))
      return member.slice(0, maxTarget);
    const id = (member as { id?: unknown } | null)?.id;
    if (typeof id === 'string') return id.slice(0, maxTarget);
  }
  return null;
}
