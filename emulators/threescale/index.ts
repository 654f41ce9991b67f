import { type Emulator, startEmulator } from '../kit/server.ts';
import { isAdmin } from './access.ts';
import { serveAdmin } from './admin.ts';
import { controlTenant } from './control.ts';
import { faultReply } from './errors.ts';
import { type Backends, gatewayCaller, gatewayPath, serveGateway } from './gateway.ts';
import { openTenant } from './state/tenant.ts';

export type ThreescaleOptions = {
  /** Directory of accounts and applications; made if it is not there. */
  home: string;
  /** Of the Account Management API; it may read and write. */
  accessToken: string;
  /** 0, which is the default, takes a free one. */
  port?: number;
  /** PEM. With it the emulator speaks https. */
  tls?: { key: string; cert: string };
  /** Milliseconds since the epoch. */
  clock?: () => number;
  /** What is behind the products' public addresses, by system name; such as `disease-forecast-api`. */
  gateway?: Backends;
};

/** Starts one 3scale provider, as it was left in `home`, with the gateway of its products. */
export async function startThreescale(options: ThreescaleOptions): Promise<Emulator> {
  const { home, accessToken, port, tls, clock: now = Date.now, gateway = {} } = options;
  const origin = { url: '' };
  const tenant = openTenant({
    home,
    now,
    tokens: new Map([[accessToken, 'rw']]),
    endpointOf: (systemName) => `${origin.url}${gatewayPath(systemName)}`,
  });
  const emulator = await startEmulator({
    name: 'threescale',
    port,
    tls,
    callerOf: (request) => (isAdmin(tenant, request) ? 'admin' : gatewayCaller(tenant, request)),
    handle: async (request) => {
      if (request.path.startsWith('/_control/')) return controlTenant(tenant, request);
      if (request.path.startsWith('/admin/api/')) return serveAdmin(tenant, request);
      return serveGateway(tenant, gateway, request);
    },
    errorReply: faultReply,
  }).catch((error) => {
    tenant.close();
    throw error;
  });
  origin.url = emulator.url;
  const close = async () => {
    await emulator.close();
    tenant.close();
  };
  return { ...emulator, close };
}
