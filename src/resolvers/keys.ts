import type { Context } from '../context.ts';
import { MlgraphError, notFound } from '../domain/errors.ts';
import { type LocalConcept, readId } from '../domain/ids.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The gateway's own key in an id. @throws BAD_USER_INPUT or NOT_FOUND naming the field. */
export function readKey(id: string, field: string, concept: Exclude<LocalConcept, 'User'>): string {
  const [key = ''] = readId(id, { field, concepts: [concept], home: '' }).key;
  if (!uuid.test(key)) throw noSuch(concept, field);
  return key.toLowerCase();
}

/** An agent's name in an id. @throws BAD_USER_INPUT or NOT_FOUND naming the field. */
export const readAgentName = (id: string, field: string, { agentHome }: Pick<Context, 'agentHome'>): string =>
  readId(id, { field, concepts: ['Agent'], home: agentHome }).key[0] ?? '';

/** What is missing and what is somebody else's look alike. */
export const noSuch = (concept: string, field: string) =>
  notFound(`No such ${concept} for this caller.`, { field });

/** What is not found is said of the field. */
export async function naming<T>(field: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof MlgraphError) || error.code !== 'NOT_FOUND') throw error;
    throw new MlgraphError('NOT_FOUND', error.message, { ...error.details, field }, error);
  }
}
