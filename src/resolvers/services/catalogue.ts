import type { Context } from '../../context.ts';
import type { ServiceSettings } from '../../datasources/chapkit/connector.ts';
import { badInput } from '../../domain/errors.ts';
import type { ServiceHealth } from '../../domain/health.ts';
import { readId } from '../../domain/ids.ts';
import { type PageArgs, pageOfRows, readPage } from '../../domain/paging.ts';
import type { MergedPage, SourceReport } from '../../domain/providers.ts';
import type { Service } from '../../domain/services.ts';
import { noSuch } from '../keys.ts';
import { answered, failed, type Reported } from '../sources.ts';
import {
  type Ask,
  type Entry,
  entriesFor,
  findEntries,
  mergedEntries,
  productsFor,
  toService,
} from './entries.ts';
import { readServiceId } from './ids.ts';
import { open, readableServices } from './rights.ts';

const ownName = 'id';

type AskOne = Pick<Context, 'chapkit' | 'services' | 'caller'>;

/** A Chapkit service as it describes itself. @throws NOT_FOUND. */
export async function serviceOf(systemName: string, context: AskOne, field = ownName): Promise<Service> {
  const chapkit = open(systemName, field, context);
  return { ...chapkit.service, ...(await chapkit.describe()) };
}

/**
 * Those that the caller may use, by systemName: the configured ones and the products of 3scale. One that does not
 * answer is there by its settings; products are not there where 3scale, or an account in it, is missing.
 */
export async function listServices(args: PageArgs, context: Ask): Promise<MergedPage<Service>> {
  const page = readPage(args, context.caller.key, ['services']);
  const { entries, sources } = await readEntries(context);
  const { token } = page.start;
  const left = token === null ? entries : entries.filter(({ systemName }) => systemName > token);
  const rows = await Promise.all(left.slice(0, page.first + 1).map((entry) => serviceIn(entry, context)));
  return { ...pageOfRows(page, rows, ({ systemName }) => systemName), sources };
}

const chapkit: Reported = { provider: 'CHAPKIT', service: null };
const threescale: Reported = { provider: 'THREESCALE', service: null };

async function readEntries(context: Ask): Promise<{ entries: Entry[]; sources: SourceReport[] }> {
  const own = readableServices(context).length > 0 ? [answered(chapkit)] : [];
  if (!context.threescaleConfigured) return { entries: mergedEntries([], context), sources: own };
  try {
    const entries = mergedEntries(await productsFor(context), context);
    return { entries, sources: [...own, answered(threescale)] };
  } catch (error) {
    return { entries: mergedEntries([], context), sources: [...own, failed(threescale, error)] };
  }
}

const serviceIn = async ({ systemName, product }: Entry, context: Ask): Promise<Service> =>
  product ? toService(product) : serviceOf(systemName, context);

/**
 * By systemName, also by that of the product as which a service is published; or by a name that only one has.
 * `prefer`: of several with the name, those count alone for which it is true.
 * @throws NOT_FOUND, or BAD_USER_INPUT where several have the name.
 */
export async function getServiceByName(
  name: string,
  context: Ask,
  field = 'name',
  prefer: (entry: Entry) => boolean = () => true,
): Promise<Service> {
  const own = readableServices(context);
  const known = own.find(({ systemName }) => systemName === name) ?? publishedAs(name, own);
  if (known) return serviceOf(known.systemName, context, field);
  const [exact] = await findEntries(context, ({ systemName }) => systemName === name);
  if (exact) return serviceIn(exact, context);
  const entries = await entriesFor(context);
  const services = await Promise.all(entries.map((entry) => serviceIn(entry, context)));
  const named = entries.flatMap((entry, index) => {
    const service = services[index];
    return service?.name === name ? [{ entry, service }] : [];
  });
  const preferred = named.filter(({ entry }) => prefer(entry));
  const [only, ...others] = preferred.length > 0 ? preferred : named;
  if (!only) throw noSuch('Service', field);
  if (others.length === 0) return only.service;
  const choice = [only, ...others].map(({ entry }) => entry.systemName).join(', ');
  throw badInput(field, `${field}: several services have this name; ask by systemName: ${choice}.`);
}

const publishedAs = (product: string, services: readonly ServiceSettings[]): ServiceSettings | undefined =>
  services.find(({ threescaleService }) => threescaleService === product);

/** @throws BAD_USER_INPUT, or NOT_FOUND for what the caller may not use. */
export async function getService(id: string, field: string, context: Ask): Promise<Service> {
  const { provider, key } = readId(id, { field, concepts: ['Service'], home: '' });
  if (provider !== 'THREESCALE') return serviceOf(readServiceId(id, field, context), context, field);
  const [entry] = await findEntries(context, ({ product }) => product?.key === key[0]);
  if (!entry) throw noSuch('Service', field);
  return serviceIn(entry, context);
}

/** As the service tells it now; null where nobody can ask it. */
export const healthOf = async (service: Service, context: AskOne): Promise<ServiceHealth | null> =>
  service.provider === 'CHAPKIT' ? open(service.systemName, ownName, context).health() : null;
