import { encodeId } from '../../domain/ids.ts';
import type { ServiceKey } from '../../domain/service-keys.ts';
import type { Service, ServiceAuth } from '../../domain/services.ts';
import type { ServiceApplication, ThreeScaleProduct, ThreeScaleService } from './index.ts';
import type { WireApplication, WireProxy, WireService } from './wire.ts';

const authMethods: Record<string, ServiceAuth> = {
  '1': 'API_KEY',
  '2': 'APP_ID_AND_KEY',
  oidc: 'OPENID_CONNECT',
  oauth: 'OAUTH',
};

export const toProduct = (service: WireService): ThreeScaleProduct => ({
  kind: 'SERVICE',
  id: serviceId(service.id),
  key: service.id,
  systemName: service.system_name,
  name: service.name?.trim() || service.system_name,
  provider: 'THREESCALE',
  description: service.description || null,
  authMethod: authMethods[service.backend_version] ?? 'NONE',
  isHidden: service.state === 'hidden',
});

const serviceId = (key: string): Service['id'] =>
  encodeId({ concept: 'Service', provider: 'THREESCALE', home: '', key: [key] });

/** Names that are not set are those of the contract (section 7). */
export const toService = (
  { isHidden: _, ...product }: ThreeScaleProduct,
  proxy: WireProxy | null,
): ThreeScaleService => ({
  ...product,
  endpoint: proxy?.endpoint || null,
  credentials: {
    location: locationOf(proxy?.credentials_location),
    userKey: proxy?.auth_user_key || 'user_key',
    appId: proxy?.auth_app_id || 'app_id',
    appKey: proxy?.auth_app_key || 'app_key',
  },
});

const locationOf = (text: string | null | undefined): ThreeScaleService['credentials']['location'] =>
  text === 'headers' || text === 'authorization' ? text : 'query';

export function toApplication(application: WireApplication): ServiceApplication {
  const secret = application.user_key || application.client_secret || null;
  const createdAt = new Date(application.created_at ?? Number.NaN);
  return {
    key: application.id,
    accountKey: application.account_id,
    serviceKey: application.service_id,
    plan: application.plan_name || null,
    state: application.state,
    appId: application.client_id || application.application_id || null,
    createdAt: Number.isNaN(createdAt.getTime()) ? null : createdAt,
    description: application.description ?? '',
    heldSecret: () => secret,
  };
}

const shown = 6;

/** The key as its owner may see it at any time. */
export function toServiceKey(application: ServiceApplication, service: ThreeScaleService): ServiceKey {
  const secret = application.heldSecret();
  return {
    kind: 'SERVICE_KEY',
    id: encodeId({
      concept: 'ServiceKey',
      provider: 'THREESCALE',
      home: service.key,
      key: [application.key],
    }),
    service: service.systemName,
    plan: application.plan,
    appId: application.appId,
    prefix: secret !== null && secret.length >= shown * 3 ? secret.slice(0, shown) : null,
    state: application.state,
    createdAt: application.createdAt,
  };
}
