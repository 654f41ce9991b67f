import type { CallContext } from '../../domain/callers.ts';
import { systemClock } from '../../domain/clock.ts';
import { createKeys, type KeySource } from '../chapkit/keys.ts';
import { withinDeadline } from '../http/deadline.ts';
import { failureError } from '../http/failure-errors.ts';
import { createUpstream, type Upstream, type UpstreamOptions, type UpstreamSettings } from '../http.ts';
import type { KeyFile } from '../key-file.ts';
import { createAccounts } from './accounts.ts';
import { createApplications } from './applications.ts';
import { openConnection } from './connection.ts';
import { createDerivedKeys } from './derived-keys.ts';
import { upstreamName } from './errors.ts';
import { createFlights } from './flights.ts';
import type { InitialisedApplication, ThreeScale } from './index.ts';
import { initApplication, secretOf } from './init-application.ts';
import { createProducts } from './products.ts';
import { createSharedReads, nobodys } from './shared-reads.ts';

export type ThreeScaleSettings = {
  /** Of the admin portal, which serves the Account Management API. */
  url: string;
  /** A token that may read and write accounts; in a file it is read again when that changes. */
  accessToken: KeySource;
  /** From which keys are derived, the same in all processes and for good; at least 32 characters. */
  keySecret: string;
};

/** The provider for the life of the process; `connect` gives it for one operation. */
export type ThreeScaleConnector = {
  connect(operation: { call: CallContext }): ThreeScale;
  /** For health. */
  upstream: Upstream;
  close(): Promise<void>;
};

/** `initDeadlineMs`: for a whole initApplication; 30,000 unless told. */
export type ThreeScaleOptions = UpstreamOptions &
  Pick<UpstreamSettings, 'maxInFlight' | 'deadlineMs' | 'retries' | 'breaker'> & {
    keyFile?: KeyFile;
    initDeadlineMs?: number;
  };

/** Nothing is read here: whoever calls first finds out what is wrong with the settings. */
export function createThreeScaleConnector(
  { url, accessToken, keySecret }: ThreeScaleSettings,
  options: ThreeScaleOptions = {},
): ThreeScaleConnector {
  const { dispatcher, clock = systemClock, random, keyFile, initDeadlineMs = 30_000, ...limits } = options;
  const upstream = createUpstream(
    { maxInFlight: 16, ...limits, name: upstreamName, baseUrl: url.replace(/\/+$/, '') },
    { dispatcher, clock, random },
  );
  const tokens = createKeys({ systemName: upstreamName, source: accessToken, clock, file: keyFile });
  const open = (call: CallContext) => openConnection({ upstream, tokens, call });
  const shared = createSharedReads(clock);
  const derived = createDerivedKeys(keySecret);
  const flights = createFlights<InitialisedApplication>();
  const productsFor = (signal: AbortSignal) => createProducts({ shared, open, signal });

  /** As work of its own: an application that is being made is not left half known when its first asker leaves. */
  const init = (wanted: Parameters<ThreeScale['initApplication']>[0], { onUpstreamTime }: CallContext) =>
    withinDeadline(nobodys().signal, initDeadlineMs, (signal) => {
      const applications = createApplications(open({ ...nobodys(), signal, onUpstreamTime }));
      const products = productsFor(signal);
      return initApplication({ applications, products, derived, clock, signal }, wanted);
    }).catch((failure: unknown) => {
      throw failureError(upstreamName, failure);
    });

  return {
    connect({ call }) {
      const connection = open(call);
      const applications = createApplications(connection);
      const { planOf: _, ...products } = productsFor(call.signal);
      return {
        ...createAccounts(connection),
        ...products,
        applications: applications.list,
        secretOf: (application) => secretOf(applications, application),
        async initApplication(wanted) {
          const key = JSON.stringify([wanted.account.key, wanted.service.key]);
          const { result, isFirst } = await flights.join(key, () => init(wanted, call), call.signal);
          return { ...result, isNew: result.isNew && isFirst };
        },
      };
    },
    upstream,
    close: upstream.close,
  };
}
