import type { Context } from '../context.ts';
import { badInput } from '../domain/errors.ts';
import { encodeId, parseId, readId } from '../domain/ids.ts';
import { readRunKey, runId } from './services/ids.ts';

/** Which run an id names, at which platform. `id` is the one way to write it. */
export type RunAddress = { id: string } & (
  | { provider: 'AZURE_ML'; name: string }
  | { provider: 'CHAPKIT'; key: string }
);

type Ask = Pick<Context, 'azureML'>;

const isOfService = (id: string): boolean => parseId(id)?.provider === 'CHAPKIT';

/** @throws BAD_USER_INPUT or NOT_FOUND naming the field, UPSTREAM_NOT_CONFIGURED where the platform is off. */
export function readRunId(id: string, field: string, context: Ask): RunAddress {
  if (isOfService(id)) {
    const key = readRunKey(id, field);
    return { id: runId(key), provider: 'CHAPKIT', key };
  }
  const { home } = context.azureML;
  const [name = ''] = readId(id, { field, concepts: ['Run'], home }).key;
  const provider = 'AZURE_ML';
  return { id: encodeId({ concept: 'Run', provider, home, key: [name] }), provider, name };
}

/** Name of a run of Azure ML. @throws BAD_USER_INPUT or NOT_FOUND naming the field. */
export function readAzureRunName(id: string, field: string, { azureML }: Ask): string {
  if (isOfService(id)) throw badInput(field, `${field}: a run of Azure ML was expected.`);
  return readId(id, { field, concepts: ['Run'], home: azureML.home }).key[0] ?? '';
}
