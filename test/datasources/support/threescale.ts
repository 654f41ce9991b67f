import type { LoggedCall } from '../../../emulators/kit/call-log.ts';
import type { ThreescaleOptions as ProviderOptions } from '../../../emulators/threescale/index.ts';
import {
  createThreeScaleConnector,
  type ThreeScaleOptions,
  type ThreeScaleSettings,
} from '../../../src/datasources/threescale/connector.ts';
import type { ThreeScale } from '../../../src/datasources/threescale/index.ts';
import { accessToken, startProvider } from '../../emulators/support/threescale.ts';
import { call } from '../chapkit-support.ts';

export const keySecret = 'a secret of at least thirty-two characters';
export const kim = { userName: 'kim' };

/** Retries wait for nothing. */
const clock = { now: () => Date.now(), sleep: async () => {} };

type Options = ThreeScaleOptions & {
  settings?: Partial<ThreeScaleSettings>;
  provider?: Partial<ProviderOptions>;
};

/** An emulated provider, and connectors at it: as many as processes would have. */
export async function startThreeScale({ settings, provider: emulated, ...options }: Options = {}) {
  const provider = await startProvider(emulated);
  const { url } = provider.threescale;
  const open = (more: ThreeScaleOptions = {}, other: Partial<ThreeScaleSettings> = {}) =>
    createThreeScaleConnector(
      { url, accessToken: { fixed: [accessToken] }, keySecret, ...settings, ...other },
      { clock, ...options, ...more },
    );
  const opened = [open()];
  const connector = opened[0] as ReturnType<typeof open>;
  return {
    provider,
    connector,
    threescale: connector.connect({ call }),
    /** As another process has it, for one operation. */
    another(more?: ThreeScaleOptions, other?: Partial<ThreeScaleSettings>): ThreeScale {
      const made = open(more, other);
      opened.push(made);
      return made.connect({ call });
    },
    connect: (signal = call.signal): ThreeScale => connector.connect({ call: { ...call, signal } }),
    /** Method and path of each request, below the API. */
    async asked(): Promise<string[]> {
      const answer = await fetch(`${url}/_control/calls`);
      const { calls } = (await answer.json()) as { calls: LoggedCall[] };
      return calls.map(({ method, path }) => `${method} ${path.replace('/admin/api/', '')}`);
    },
    forget: () => provider.control('DELETE', 'calls'),
    fault: (fault: Record<string, unknown>) => provider.control('POST', 'faults', fault),
    /** Of everybody. */
    async applications() {
      const { body } = await provider.call('GET', 'applications.json');
      return (body.applications as { application: Record<string, unknown> }[]).map(
        (each) => each.application,
      );
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((each) => each.close()));
      await provider[Symbol.asyncDispose]();
    },
  };
}

/** Kim's key for a service, by its system name. */
export async function initFor(threescale: ThreeScale, name: string) {
  const account = await threescale.findAccount(kim);
  const service = await threescale.findService(name);
  return threescale.initApplication({ account, service, name: 'mlgraph-kim' });
}
