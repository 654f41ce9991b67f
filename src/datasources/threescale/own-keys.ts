import type { Caller } from '../../domain/callers.ts';
import { codeOf, forbidden, type MlgraphError } from '../../domain/errors.ts';
import type { OwnAccess, PresentedKey } from '../chapkit/access.ts';
import { misconfigured, upstreamName } from './errors.ts';
import type {
  InitialisedApplication,
  ServiceApplication,
  ThreeScale,
  ThreeScaleAccount,
  ThreeScaleService,
} from './index.ts';
import { once } from './once.ts';
import { accountOf } from './own-account.ts';
import { applicationFor } from './own-application.ts';
import { presentedKey } from './present.ts';
import { publishedAs } from './published-as.ts';
import { toServiceKey } from './to-domain.ts';

/** What one caller has in 3scale, for one operation, which reads account and applications once. All throw MlgraphError. */
export type OwnKeys = {
  /** @throws as accountOf. */
  account(): Promise<ThreeScaleAccount>;
  applications(): Promise<ServiceApplication[]>;
  /** As ThreeScale's. */
  initialise(service: ThreeScaleService): Promise<InitialisedApplication>;
  /** How the caller calls what is published as this product. */
  access(systemName: string): OwnAccess;
};

/** `threescale` is asked for when it is needed: where it is off, that throws. */
export function createOwnKeys(threescale: () => ThreeScale, caller: Caller): OwnKeys {
  const account = once(async () => accountOf(caller, threescale()));
  const applications = once(async () => threescale().applications((await account.get()).key));
  return {
    account: account.get,
    applications: applications.get,
    async initialise(service) {
      const name = `mlgraph-${caller.userName ?? caller.subject}`.slice(0, mostName);
      const made = await threescale().initApplication({ account: await account.get(), service, name });
      applications.forget();
      return made;
    },
    access(systemName) {
      const presented = once(async () => {
        const [service, all] = await Promise.all([
          publishedAs(systemName, threescale()),
          applications.get().catch(withoutAccount),
        ]);
        const key = await presentedFor(service, all, threescale());
        if (!key) applications.forget();
        return key ?? refuse(service, all);
      });
      return ({ fresh }) => {
        if (fresh) applications.forget();
        if (fresh) presented.forget();
        return presented.get();
      };
    },
  };
}

/** Of an application's name, in 3scale. */
const mostName = 255;

/** Nothing is missing that was asked for. */
function withoutAccount(error: unknown): never {
  if (codeOf(error) !== 'NOT_FOUND') throw error;
  throw forbidden((error as MlgraphError).message, { upstream: upstreamName });
}

/** Null where there is none that may be used. @throws UPSTREAM_NOT_CONFIGURED. */
async function presentedFor(
  service: ThreeScaleService,
  all: readonly ServiceApplication[],
  threescale: ThreeScale,
): Promise<PresentedKey | null> {
  const { endpoint, authMethod, name } = service;
  if (!endpoint || (authMethod !== 'API_KEY' && authMethod !== 'APP_ID_AND_KEY'))
    throw misconfigured(`${name} has no public address in 3scale at which this gateway can present a key.`);
  const application = applicationFor(all, service);
  const secret = application && (await threescale.secretOf(application));
  if (!application || !secret) return null;
  const { prefix } = toServiceKey(application, service);
  return { endpoint, prefix, ...presentedKey(service, application, secret) };
}

/** @throws FORBIDDEN with what there is to do. */
function refuse(service: ThreeScaleService, all: readonly ServiceApplication[]): never {
  const { name, key } = service;
  const own = applicationFor(all, service) ?? all.find(({ serviceKey }) => serviceKey === key);
  const words =
    own?.state === 'pending'
      ? `Your key for ${name} awaits approval by the owner of the service.`
      : !own || own.state === 'live'
        ? `You have no key for ${name}: initServiceKey gives you one.`
        : `Your key for ${name} is ${own.state}; ask the owner of the service.`;
  throw forbidden(words, { upstream: upstreamName });
}
