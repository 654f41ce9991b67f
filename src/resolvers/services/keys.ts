import type { ServiceApplication, ThreeScaleService } from '../../datasources/threescale/index.ts';
import { applicationFor } from '../../datasources/threescale/own-application.ts';
import { publishedAs } from '../../datasources/threescale/published-as.ts';
import { toServiceKey } from '../../datasources/threescale/to-domain.ts';
import { badInput, codeOf, forbidden, MlgraphError } from '../../domain/errors.ts';
import { parseId, readId } from '../../domain/ids.ts';
import type { ServiceKey } from '../../domain/service-keys.ts';
import type { Service, ServiceAuth } from '../../domain/services.ts';
import { noSuch } from '../keys.ts';
import { getService, getServiceByName } from './catalogue.ts';
import type { Ask } from './entries.ts';

/** `system_name` of the product as which a Chapkit service is published; null where it is not. */
const publicationOf = (systemName: string, { services }: Pick<Ask, 'services'>): string | null =>
  services.find((each) => each.systemName === systemName)?.threescaleService ?? null;

/** The product that a service is, or as which it is published; null where it is none. */
async function productOf(
  { id, provider, systemName }: Service,
  context: Ask,
): Promise<ThreeScaleService | null> {
  if (provider === 'THREESCALE') return context.threescale.getService(parseId(id)?.key[0] ?? '');
  const published = publicationOf(systemName, context);
  return published === null ? null : publishedAs(published, context.threescale);
}

/** The public base URL; null where it has none. */
export const endpointOf = async (service: Service, context: Ask): Promise<string | null> =>
  (await productOf(service, context))?.endpoint ?? null;

/** Of a published service, that of its product; its own where 3scale does not tell. */
export async function authMethodOf(service: Service, context: Ask): Promise<ServiceAuth> {
  if (service.provider !== 'CHAPKIT') return service.authMethod;
  try {
    return (await productOf(service, context))?.authMethod ?? service.authMethod;
  } catch (error) {
    if (error instanceof MlgraphError) return service.authMethod;
    throw error;
  }
}

/** The caller's, as they are now. Null for a key of this API, which is nobody; none for who has no account. */
async function ownApplications({ caller, ownKeys }: Ask): Promise<ServiceApplication[] | null> {
  if (caller.kind === 'SERVICE') return null;
  return ownKeys.applications().catch((error: unknown) => {
    if (codeOf(error) === 'NOT_FOUND') return [];
    throw error;
  });
}

/** Whether the caller has a key that is good, or awaits approval; null where there is none to have. */
export async function hasKey(service: Service, context: Ask): Promise<boolean | null> {
  const product = await productOf(service, context);
  const all = product && (await ownApplications(context));
  return product && all && applicationFor(all, product) !== null;
}

/** The caller's key, without its secret: the one that counts, else one that may not be used now; null where none. */
export async function keyOf(service: Service, context: Ask): Promise<ServiceKey | null> {
  const product = await productOf(service, context);
  const all = product && (await ownApplications(context));
  if (!product || !all) return null;
  const own = applicationFor(all, product) ?? all.find(({ serviceKey }) => serviceKey === product.key);
  return own ? toServiceKey(own, product) : null;
}

/** What a key is for. */
export const serviceOfKey = (key: ServiceKey, context: Ask): Promise<Service> =>
  getServiceByName(key.service, context, 'id');

/** Of the caller alone. @throws BAD_USER_INPUT or NOT_FOUND naming the field. */
export async function getServiceKey(id: string, field: string, context: Ask): Promise<ServiceKey> {
  const { home = '' } = parseId(id) ?? {};
  const [key] = readId(id, { field, concepts: ['ServiceKey'], home }).key;
  const all = context.threescaleConfigured ? await ownApplications(context) : null;
  const own = all?.find((each) => each.key === key && each.serviceKey === home);
  if (!own) throw noSuch('ServiceKey', field);
  return toServiceKey(own, await context.threescale.getService(own.serviceKey, field));
}

export type InitServiceKeyInput = { serviceId?: string | null; serviceName?: string | null };
export type InitialisedKey = {
  service: Service;
  key: ServiceKey;
  /** Null while the plan awaits approval. */
  secret: string | null;
  isNew: boolean;
  plan: string | null;
};

/**
 * The caller's key for a service: the one there is, or a new one. The only place that gives the secret.
 * @throws FORBIDDEN for a key of this API, NOT_FOUND with `field`, BAD_USER_INPUT for a name that fits several, and as
 * ThreeScale.initApplication.
 */
export async function initServiceKey(input: InitServiceKeyInput, context: Ask): Promise<InitialisedKey> {
  const find = chosenBy(input, context);
  if (context.caller.kind === 'USER') await context.ownKeys.account();
  else throw forbidden('An API key stands for no person: people have keys for services, in their own names.');
  const { field, read } = find;
  const service = await read();
  const product = await productOf(service, context);
  if (!product)
    throw badInput(field, `${field}: ${service.name} gives no keys; it is called through this API.`);
  const { application, secret, isNew } = await context.ownKeys.initialise(product);
  return { service, key: toServiceKey(application, product), secret, isNew, plan: application.plan };
}

type Choice = { field: string; read(): Promise<Service> };

/** @throws BAD_USER_INPUT where not exactly one is given, or what is given is no id of a service. */
function chosenBy({ serviceId, serviceName }: InitServiceKeyInput, context: Ask): Choice {
  if ((serviceId == null) === (serviceName == null))
    throw badInput('input', 'input: exactly one of serviceId and serviceName was expected.');
  if (serviceId != null) {
    const field = 'input.serviceId';
    readId(serviceId, { field, concepts: ['Service'], home: '' });
    return { field, read: () => getService(serviceId, field, context) };
  }
  const field = 'input.serviceName';
  const givesKeys = ({ product, systemName }: { product: unknown; systemName: string }) =>
    product !== null || publicationOf(systemName, context) !== null;
  return { field, read: () => getServiceByName(serviceName ?? '', context, field, givesKeys) };
}
