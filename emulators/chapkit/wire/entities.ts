import type { Call } from '../call.ts';
import type { Entities, Entity } from '../state/entities.ts';
import { invalidUlid, notFound, taken } from './errors.ts';
import { asListOf, asText, type Check, issue } from './issues.ts';
import { newUlid, parseUlid } from './ulid.ts';

export type Kind = 'configs' | 'artifacts';

/** The id in the path. Throws 400. */
export function idOf({ params: { id = '' } }: Call, kind: Kind): string {
  const ulid = parseUlid(id);
  if (ulid === null) throw invalidUlid(`Invalid ULID format: ${id}`, `/api/v1/${kind}/${id}`);
  return ulid;
}

/** The entity of the path. Throws 400 or 404. */
export function entityOf<T extends Entity>(call: Call, kind: Kind, entities: Entities<T>): T {
  const id = idOf(call, kind);
  const found = entities.get(id);
  if (!found) throw notFound(`Entity with id ${id} not found`, `/api/v1/${kind}/${id}`);
  return found;
}

/** The id for a new entity, and what it would replace: 1.x takes the id of one that exists, 2.x answers 409. */
export function placeFor<T extends Entity>(
  call: Call,
  id: string | null | undefined,
  entities: Entities<T>,
): { id: string; before: T | undefined } {
  const before = id ? entities.get(id) : undefined;
  if (before && call.service.generation === 2) throw taken(call, before.id);
  return { id: id ?? newUlid(), before };
}

/** The tags after a change: 1.x forgets those that are not said again. */
export const tagsAfter = (
  { service }: Call,
  said: string[] | null | undefined,
  before: Entity | undefined,
): string[] => said ?? (service.generation === 2 ? (before?.tags ?? []) : []);

export const asTags: Check<string[]> = (value, loc, issues) => {
  const found = issues.length;
  const tags = asListOf(asText)(value, loc, issues);
  if (tags === null || issues.length > found) return null;
  const wrong = [...tags.flatMap(wrongWith), ...wrongTogether(tags)];
  if (wrong.length === 0) return tags;
  issues.push(issue('value_error', loc, `Value error, ${wrong.join('; ')}`, value, { error: {} }));
  return null;
};

function wrongWith(tag: string): string[] {
  if (tag === '') return ['Empty tags not allowed'];
  const letters = 'use letters, numbers, hyphens, underscores only';
  return [
    /\s/.test(tag) ? `Tag '${tag}' contains whitespace` : null,
    /[^\p{L}\p{N}_-]/u.test(tag) ? `Tag '${tag}' contains invalid characters (${letters})` : null,
    tag.length > 100 ? `Tag '${tag}' exceeds 100 character limit` : null,
  ].filter((text) => text !== null);
}

function wrongTogether(tags: string[]): string[] {
  const doubled = [...new Set(tags.filter((tag, index) => tags.indexOf(tag) !== index))].sort();
  return [
    doubled.length > 0 ? `Duplicate tags: [${doubled.map((tag) => `'${tag}'`).join(', ')}]` : null,
    tags.length > 50 ? `Maximum 50 tags allowed (got ${tags.length})` : null,
  ].filter((text) => text !== null);
}
