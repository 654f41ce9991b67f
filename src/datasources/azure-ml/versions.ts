import { codeOf, conflict } from '../../domain/errors.ts';

const attempts = 5;

/**
 * Puts the next version of an asset. The client chooses the number, so somebody else may take it in between: then
 * the container is read again (contract section 5).
 */
export async function putNextVersion<T>(
  nextVersion: () => Promise<string>,
  put: (version: string) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const version = await nextVersion();
    const answer = await put(version).catch((error: unknown) => {
      if (codeOf(error) !== 'CONFLICT') throw error;
      return undefined;
    });
    if (answer !== undefined) return answer;
  }
  throw conflict('Others keep taking the next version of this name; try again.');
}
