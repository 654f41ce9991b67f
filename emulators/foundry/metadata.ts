import { isObject } from '../azure-ml/arm/call.ts';
import { invalid } from './errors.ts';
import type { Metadata } from './state/items.ts';

const most = { pairs: 16, key: 64, value: 512 };

/** The metadata of a body: at most 16 pairs of 64 and 512 characters. Throws 400. */
export function metadataOf(value: unknown): Metadata {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw invalid('metadata must be a map of strings.', 'metadata');
  const pairs = Object.entries(value);
  if (pairs.length > most.pairs)
    throw invalid(`metadata holds ${pairs.length} pairs; at most ${most.pairs} are allowed.`, 'metadata');
  for (const [key, text] of pairs) {
    if (key.length > most.key)
      throw invalid(`A metadata key is longer than ${most.key} characters.`, 'metadata');
    if (typeof text !== 'string') throw invalid(`The metadata value of '${key}' is no string.`, 'metadata');
    if (text.length > most.value)
      throw invalid(`The metadata value of '${key}' is longer than ${most.value} characters.`, 'metadata');
  }
  return value as Metadata;
}
