import { badInput, notFound } from './errors.ts';

/**
 * A global id: concept, provider, home (where the object lives, e.g. one Azure ML workspace) and the
 * upstream's own key, as base64url of a JSON array. Opaque is not secret: each use is checked upstream.
 */
export type GlobalId = { concept: string; provider: string; home: string; key: readonly string[] };

export const encodeId = ({ concept, provider, home, key }: GlobalId): string =>
  Buffer.from(JSON.stringify([concept, provider, home, ...key])).toString('base64url');

/** What the gateway itself remembers. */
export type LocalConcept = 'User' | 'Session' | 'Message' | 'AuditEvent' | 'ApiKey';

/** The id of what the gateway itself remembers, by its own key. */
export const localId = (concept: LocalConcept, key: string): string =>
  encodeId({ concept, provider: 'LOCAL', home: '', key: [key] });

/** Null where the text is not an id of ours. */
export function parseId(id: string): GlobalId | null {
  if (id.length > 2048) return null;
  try {
    const parts: unknown = JSON.parse(Buffer.from(id, 'base64url').toString('utf8'));
    if (!Array.isArray(parts) || parts.length < 4 || !parts.every((part) => typeof part === 'string'))
      return null;
    const [concept, provider, home, ...key] = parts as [string, string, string, ...string[]];
    return { concept, provider, home, key };
  } catch {
    return null;
  }
}

/**
 * Reads an id that must name one of `concepts`, in `home`.
 * @throws BAD_USER_INPUT with `field` if it is no id or names another concept, NOT_FOUND if it lives elsewhere.
 */
export function readId(
  id: string,
  expected: { field: string; concepts: readonly string[]; home: string },
): GlobalId {
  const parsed = parseId(id);
  const names = expected.concepts.join(' or ');
  if (!parsed)
    throw badInput(
      expected.field,
      `${expected.field}: not an id of this API; expected the id of a ${names}.`,
    );
  if (!expected.concepts.includes(parsed.concept)) {
    throw badInput(
      expected.field,
      `${expected.field}: the id of a ${names} was expected, not that of a ${parsed.concept}.`,
    );
  }
  if (parsed.home !== expected.home)
    throw notFound(`No such ${names} in this workspace.`, { field: expected.field });
  return parsed;
}
