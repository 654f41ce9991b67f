import type { EmulatorRequest } from '../kit/server.ts';
import { invalidRequest } from './errors.ts';

/** The fields of a form; none of a body in another format. */
export async function formOf(request: EmulatorRequest): Promise<URLSearchParams> {
  const type = String(request.headers['content-type'] ?? '').split(';')[0];
  if (type?.trim().toLowerCase() !== 'application/x-www-form-urlencoded') return new URLSearchParams();
  return new URLSearchParams((await request.body()).toString('utf8'));
}

/** Throws OAuthError for a parameter that is there twice, but for those that may be. */
export function checkDuplicates(form: URLSearchParams, repeatable: readonly string[] = []): void {
  const twice = [...new Set(form.keys())].find(
    (name) => !repeatable.includes(name) && form.getAll(name).length > 1,
  );
  if (twice !== undefined) throw invalidRequest('duplicated parameter');
}
