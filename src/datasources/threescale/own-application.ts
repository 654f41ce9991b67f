import { forbidden } from '../../domain/errors.ts';
import type { Applications } from './applications.ts';
import type { DerivedKeys } from './derived-keys.ts';
import { misconfigured, upstreamName } from './errors.ts';
import type { ServiceApplication, ThreeScale, ThreeScaleService } from './index.ts';

export type Wanted = Parameters<ThreeScale['initApplication']>[0];

/** What the application that is asked for bears, and how it is known by that. */
export type Handle = {
  fields: Record<string, string>;
  isOn(application: ServiceApplication): boolean;
};

/** Never both a user key and an application's id: 3scale takes one of them. @throws UPSTREAM_NOT_CONFIGURED. */
export function handleOf(derived: DerivedKeys, { account, service }: Wanted): Handle {
  if (service.authMethod === 'NONE')
    throw misconfigured(`${service.name} asks for a kind of key that this gateway does not know.`);
  if (service.authMethod === 'API_KEY') {
    const userKey = derived.userKey(account, service);
    return { fields: { user_key: userKey }, isOn: ({ heldSecret }) => heldSecret() === userKey };
  }
  const applicationId = derived.applicationId(account, service);
  return { fields: { application_id: applicationId }, isOn: ({ appId }) => appId === applicationId };
}

const usable = ['live', 'pending'];

/** Live ones first, then the oldest. */
const byRank = (a: ServiceApplication, b: ServiceApplication): number =>
  usable.indexOf(a.state) - usable.indexOf(b.state) || Number(a.key) - Number(b.key);

/** Of an account's applications, the one that counts for a service: the oldest live one, else one that awaits approval. */
export const applicationFor = (
  all: readonly ServiceApplication[],
  service: ThreeScaleService,
): ServiceApplication | null =>
  all
    .filter(({ serviceKey, state }) => serviceKey === service.key && usable.includes(state))
    .sort(byRank)[0] ?? null;

/**
 * The account's application for the service as it is now. Of several that bear the gateway's own handle all but the
 * first go; those that people made for themselves stay.
 * @throws FORBIDDEN where there is one that may not be used.
 */
export async function settle(
  applications: Applications,
  { account, service }: Wanted,
  handle: Handle,
): Promise<ServiceApplication | null> {
  const all = await applications.list(account.key);
  const own = all.filter((each) => each.serviceKey === service.key && handle.isOn(each));
  const [, ...surplus] = own.filter(({ state }) => usable.includes(state)).sort(byRank);
  await Promise.all(surplus.map(applications.remove));
  const found = applicationFor(all, service);
  if (found || own.length === 0) return found;
  throw forbidden(`Your key for ${service.name} is ${own[0]?.state}; ask the owner of the service.`, {
    upstream: upstreamName,
  });
}
