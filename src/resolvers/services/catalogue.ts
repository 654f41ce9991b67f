import type { Context } from '../../context.ts';
import { badInput } from '../../domain/errors.ts';
import type { ServiceHealth } from '../../domain/health.ts';
import { type PageArgs, pageOfRows, readPage } from '../../domain/paging.ts';
import type { MergedPage } from '../../domain/providers.ts';
import type { Service } from '../../domain/services.ts';
import { noSuch } from '../keys.ts';
import { answered } from '../sources.ts';
import { readServiceId } from './ids.ts';
import { open, readableServices } from './rights.ts';

type Ask = Pick<Context, 'chapkit' | 'services' | 'caller'>;

const ownName = 'id';

/** A service as it describes itself. @throws NOT_FOUND. */
export async function serviceOf(systemName: string, context: Ask, field = ownName): Promise<Service> {
  const chapkit = open(systemName, field, context);
  return { ...chapkit.service, ...(await chapkit.describe()) };
}

/** Those that the caller may read, by systemName; one that does not answer is there by its settings. */
export async function listServices(args: PageArgs, context: Ask): Promise<MergedPage<Service>> {
  const page = readPage(args, context.caller.key, ['services']);
  const names = readableServices(context).map(({ systemName }) => systemName);
  const { token } = page.start;
  const left = token === null ? names : names.filter((name) => name > token);
  const shown = left.slice(0, page.first + 1);
  const rows = await Promise.all(shown.map((name) => serviceOf(name, context)));
  const sources = names.length > 0 ? [answered({ provider: 'CHAPKIT', service: null })] : [];
  return { ...pageOfRows(page, rows, ({ systemName }) => systemName), sources };
}

/**
 * By systemName, or by a name that only one has.
 * @throws NOT_FOUND, or BAD_USER_INPUT where several have the name.
 */
export async function getServiceByName(name: string, context: Ask): Promise<Service> {
  const names = readableServices(context).map(({ systemName }) => systemName);
  if (names.includes(name)) return serviceOf(name, context, 'name');
  const services = await Promise.all(names.map((systemName) => serviceOf(systemName, context, 'name')));
  const [service, ...others] = services.filter((each) => each.name === name);
  if (!service) throw noSuch('Service', 'name');
  if (others.length === 0) return service;
  const choice = [service, ...others].map(({ systemName }) => systemName).join(', ');
  throw badInput('name', `name: several services have this name; ask by systemName: ${choice}.`);
}

export const getService = async (id: string, field: string, context: Ask): Promise<Service> =>
  serviceOf(readServiceId(id, field, context), context, field);

/** As the service tells it now; null where nobody can ask it. */
export const healthOf = async (service: Service, context: Ask): Promise<ServiceHealth | null> =>
  service.provider === 'CHAPKIT' ? open(service.systemName, ownName, context).health() : null;
