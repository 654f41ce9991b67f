import type { Context } from '../../context.ts';
import { badInput } from '../../domain/errors.ts';
import { encodeId, parseId, readId } from '../../domain/ids.ts';
import { noSuch } from '../keys.ts';
import { readable } from './rights.ts';

type Ask = Pick<Context, 'services' | 'caller'>;

export const runId = (key: string): string =>
  encodeId({ concept: 'Run', provider: 'CHAPKIT', home: '', key: [key] });
export const modelId = (service: string, artifact: string): string =>
  encodeId({ concept: 'Model', provider: 'CHAPKIT', home: service, key: [artifact] });

/** A service's systemName. @throws BAD_USER_INPUT, or NOT_FOUND for what the caller may not read. */
export function readServiceId(id: string, field: string, context: Ask): string {
  const { provider, key } = readId(id, { field, concepts: ['Service'], home: '' });
  if (provider !== 'CHAPKIT') throw badInput(field, `${field}: that of a Chapkit service was expected.`);
  return readable(key[0] ?? '', field, context).systemName;
}

/** Something of a service. @throws BAD_USER_INPUT, or NOT_FOUND for what the caller may not read. */
export function readPartId(
  id: string,
  field: string,
  concept: 'ModelConfig' | 'Artifact' | 'Model',
  context: Ask,
): { service: string; key: string } {
  const parsed = parseId(id);
  const { home, key } = readId(id, { field, concepts: [concept], home: parsed?.home ?? '' });
  if (parsed?.provider !== 'CHAPKIT') throw badInput(field, `${field}: that of a service was expected.`);
  return { service: readable(home, field, context).systemName, key: key[0] ?? '' };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The gateway's own key of a run that was started here. @throws BAD_USER_INPUT or NOT_FOUND. */
export function readRunKey(id: string, field: string): string {
  const [key = ''] = readId(id, { field, concepts: ['Run'], home: '' }).key;
  if (!uuid.test(key)) throw noSuch('Run', field);
  return key.toLowerCase();
}
