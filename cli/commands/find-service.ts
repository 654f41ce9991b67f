import type { Api } from '../api/client.ts';
import { findOne, mayBeId } from '../api/find.ts';
import { collect } from '../api/pages.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { ServiceByName, Services } from '../operations.ts';

/** The id of a service that a person names by id, system name or name. @throws Failure that lists what there is. */
export async function serviceIdOf(api: Api, said: string): Promise<string> {
  if (mayBeId(said)) return said;
  try {
    const { service } = await api.request(ServiceByName, { name: said });
    if (service) return service.id;
  } catch (error) {
    if (!(error instanceof Failure) || error.exitCode !== exitCodes.notFound) throw error;
  }
  const { items } = await collect(
    1000,
    undefined,
    async (page) => (await api.request(Services, page)).services,
  );
  const named = ({ id, name, systemName }: (typeof items)[number]) => ({ id, names: [systemName, name] });
  return findOne('service', said, items, named).id;
}
