import type { Context } from '../context.ts';
import { badInput, notFound } from '../domain/errors.ts';
import { parseId, readId } from '../domain/ids.ts';
import { maxPageSize } from '../domain/paging.ts';
import { userOf } from './viewer.ts';

/** Whatever has a global id. */
export type Nodelike = { id: string; kind?: string };
type Reader = (key: readonly string[], context: Context) => Promise<Nodelike>;

/** A map: of an object the concept `constructor`, which anybody can write into an id, would be a reader too. */
const azureReaders = new Map<string, Reader>([
  ['Dataset', ([name = '', version], { azureML }) => azureML.getDataset(name, version || null)],
  ['Run', ([name = ''], { azureML }) => azureML.getRun(name)],
  ['Model', ([name = '', version], { azureML }) => azureML.getModel(name, version || null)],
  ['Experiment', ([name = ''], { azureML }) => azureML.getExperiment(name)],
  ['Compute', ([name = ''], { azureML }) => azureML.getCompute(name)],
]);

/** @throws BAD_USER_INPUT where `id` is none of ours, NOT_FOUND where it names nothing that the caller may see. */
export async function getNode(id: string, field: string, context: Context): Promise<Nodelike> {
  const { caller } = context;
  const parsed = parseId(id);
  if (!parsed) throw badInput(field, `${field}: not an id of this API.`);
  if (parsed.concept === 'User') {
    const user = userOf(caller, context);
    if (user.id !== id) throw notFound('No such user for this caller.', { field });
    return user;
  }
  const reader = azureReaders.get(parsed.concept);
  if (!reader) throw badInput(field, `${field}: this API has no ${parsed.concept}.`);
  readId(id, { field, concepts: [parsed.concept], home: context.azureML.home });
  return reader(parsed.key, context);
}

/** Each id on its own: one that fails leaves its error in its place. */
export function getNodes(ids: readonly string[], context: Context): Promise<Nodelike>[] {
  if (ids.length > maxPageSize)
    throw badInput('ids', `ids: at most ${maxPageSize} were expected, not ${ids.length}.`);
  return ids.map((id) => getNode(id, 'ids', context));
}
