import { randomUUID } from 'node:crypto';
import type { Clock } from '../../domain/clock.ts';
import { conflict, forbidden, type MlgraphError } from '../../domain/errors.ts';
import type { Applications, Creation } from './applications.ts';
import type { DerivedKeys } from './derived-keys.ts';
import { misconfigured, upstreamName } from './errors.ts';
import type { InitialisedApplication, ServiceApplication } from './index.ts';
import { handleOf, settle, type Wanted } from './own-application.ts';
import type { Products } from './products.ts';

type Parts = {
  applications: Applications;
  products: Pick<Products, 'planOf'>;
  derived: DerivedKeys;
  clock: Clock;
  signal: AbortSignal;
};

const mostCreations = 3;
const pauseMs = 250;

/**
 * The sequence of contract section 10. Before each creation, and after it, the account's applications are looked at:
 * what is there counts, never what an answer says. 3scale looks whether a key is taken before the row is there, so two
 * creations at one instant may both pass: of those the lowest number stays, whoever sees them.
 */
export async function initApplication(parts: Parts, wanted: Wanted): Promise<InitialisedApplication> {
  const { applications, clock, signal } = parts;
  assertApproved(wanted);
  const handle = handleOf(parts.derived, wanted);
  // Tells an application of this very attempt from one that another process made under the same key.
  const mark = randomUUID();
  const fields = { ...handle.fields, name: wanted.name, description: `Made by mlgraph, attempt ${mark}` };
  const made = new Set<string>();
  let failure: MlgraphError | null = null;
  for (let creations = 0; ; creations++) {
    const there = await settle(applications, wanted, handle);
    if (there) {
      const isNew = made.has(there.key) || there.description.includes(mark);
      return { application: there, secret: await secretFor(parts, wanted, there), isNew };
    }
    if (failure && creations >= mostCreations) throw failure;
    if (creations > 0) await clock.sleep(pauseMs * creations, signal);
    const plan = await parts.products.planOf(wanted.service, { fresh: creations > 0 });
    const creation = await applications.create(wanted.account.key, { ...fields, plan_id: plan.id });
    if (creation.kind === 'created') made.add(creation.application.key);
    failure = failureOf(creation, wanted);
    if (creation.kind === 'refused' && creations > 0) throw failure;
  }
}

function assertApproved({ account }: Wanted): void {
  if (account.state === 'approved') return;
  throw forbidden(`Your account in 3scale is ${account.state.replaceAll('_', ' ')}, not approved.`, {
    upstream: upstreamName,
  });
}

/** What it comes to where nothing is there afterwards. */
function failureOf(creation: Creation, { service }: Wanted): MlgraphError {
  if (creation.kind === 'unsure') return creation.failure;
  if (creation.kind === 'refused') {
    const because = creation.words ? `: ${creation.words}` : '.';
    return misconfigured(`3scale makes no key for ${service.name}${because}`);
  }
  return conflict(`3scale has your key for ${service.name}, but not among those of your account.`, {
    upstream: upstreamName,
  });
}

/** Null while it awaits approval. An application without a key gets one. */
async function secretFor(
  { applications, derived }: Parts,
  { account, service }: Wanted,
  application: ServiceApplication,
): Promise<string | null> {
  if (application.state !== 'live') return null;
  const secret = await secretOf(applications, application);
  if (secret !== null) return secret;
  await applications.addKey(application, derived.applicationKey(account, service));
  return secretOf(applications, application);
}

/** Null where it is not live, or has none. */
export async function secretOf(
  applications: Pick<Applications, 'keysOf'>,
  application: ServiceApplication,
): Promise<string | null> {
  if (application.state !== 'live') return null;
  return application.heldSecret() ?? (await applications.keysOf(application))[0] ?? null;
}
