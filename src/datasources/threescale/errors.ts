import { MlgraphError } from '../../domain/errors.ts';
import { safeLine } from '../http/safe-text.ts';
import type { ErrorReading } from '../http/types.ts';

/** As health and error extensions call it. */
export const upstreamName = 'threescale';

/** What is set wrong, in 3scale or here: nothing that the person could do. */
export const misconfigured = (message: string, why?: string): MlgraphError =>
  new MlgraphError(
    'UPSTREAM_NOT_CONFIGURED',
    message,
    { upstream: upstreamName },
    why === undefined ? undefined : new Error(why),
  );

/** 403 is how 3scale says all of it (contract section 3). */
export const tokenRefused = (): MlgraphError =>
  misconfigured(
    '3scale does not accept this gateway: its access token is unknown or has expired, or may not read and write accounts.',
  );

/** No input of a person is in what is sent, so a refusal of it is never theirs. */
export const readError: ErrorReading = (status) => {
  if (status === 400 || status === 422)
    return { code: 'UPSTREAM_ERROR', message: '3scale refused what this gateway sent.' };
  return undefined;
};

type Refusal = { error?: unknown; errors?: unknown; status?: unknown };

/** The fields that a 422 is about. */
export function refusedFields(body: unknown): string[] {
  const { errors } = (body ?? {}) as Refusal;
  return typeof errors === 'object' && errors !== null ? Object.keys(errors) : [];
}

/** Whatever form a refusal has (contract section 3), in one line; null where nothing is fit to be shown. */
export function refusalWords(body: unknown): string | null {
  const { error, errors } = (body ?? {}) as Refusal;
  if (typeof error === 'string') return safeLine(error);
  if (typeof errors !== 'object' || errors === null) return null;
  const faults = Object.entries(errors).map(([field, said]) => `${field} ${[said].flat().join(', ')}`);
  return safeLine(faults.slice(0, 3).join('; '));
}
