import { badInput, notFound } from '../../domain/errors.ts';
import { plainWords } from './errors.ts';

type Diagnostic = {
  severity?: string | null;
  code?: string | null;
  message?: string | null;
  field?: string | null;
};

/** What a client calls the members of a submit. */
const fields = new Map([
  ['config_id', 'input.configId'],
  ['config', 'input.configId'],
  ['data', 'input.data'],
  ['artifact_id', 'input.modelId'],
  ['historic', 'input.historic'],
  ['future', 'input.future'],
  ['geo', 'input.geo'],
]);

/** $validate calls past rows indispensable; $predict takes a model that needs none, as the guide's does. */
const harmless = new Set(['historic_empty']);
const mostShown = 3;

/**
 * Refuses what the service would have failed at (contract section 8, "Diagnostic").
 * @throws BAD_USER_INPUT naming the field, NOT_FOUND for a configuration or model that is not there.
 */
export function refuseBy(diagnostics: readonly Diagnostic[], type: 'train' | 'predict'): void {
  const errors = diagnostics.filter(
    ({ severity, code }) => severity === 'error' && !harmless.has(code ?? ''),
  );
  const [first] = errors;
  if (!first) return;
  const fallback = type === 'train' ? 'input.configId' : 'input.modelId';
  const field = fields.get(first.field?.split('.', 1)[0] ?? '') ?? fallback;
  const words = errors
    .slice(0, mostShown)
    .map(({ message }) => plainWords(message) ?? 'refused by the service');
  const message = `${field}: ${words.join('; ')}`;
  throw first.code?.endsWith('_not_found') ? notFound(message, { field }) : badInput(field, message);
}
