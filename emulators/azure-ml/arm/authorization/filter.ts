import type { Platform } from '../../state/platform.ts';
import { armRefusal } from '../errors.ts';
import type { Assignment } from './assignments.ts';
import { groupsOf, isGroup } from './groups.ts';

type Keep = (assignment: Assignment) => boolean;

const inherited = 'atScope\\(\\)';
const assigned = "assignedTo\\('([^']+)'\\)";
const principal = "principalId eq '([^']+)'";
const forms: readonly [RegExp, (platform: Platform, scope: string, id: string) => Keep][] = [
  [new RegExp(`^${inherited}$`, 'i'), (_, scope) => atOrAbove(scope)],
  [new RegExp(`^${principal}$`, 'i'), (_, __, id) => ofPrincipal(id)],
  [new RegExp(`^${assigned}$`, 'i'), (platform, _, id) => heldBy(platform, id)],
  [
    new RegExp(`^${inherited} and ${assigned}$`, 'i'),
    (platform, scope, id) => both(atOrAbove(scope), heldBy(platform, id)),
  ],
];

/** What `$filter` keeps of a list at `scope`. Throws 400 for any other than the forms Azure supports. */
export function filterOf(platform: Platform, scope: string, filter: string | null): Keep {
  if (!filter) return () => true;
  for (const [form, keep] of forms) {
    const found = form.exec(filter.trim());
    if (found) return keep(platform, scope, (found[1] ?? '').toLowerCase());
  }
  throw armRefusal(
    400,
    'UnsupportedQuery',
    `The filter '${filter}' is not supported. Supported filters are either 'atScope()' or 'principalId eq '{value}'' or 'assignedTo('{value}')'.`,
  );
}

/** Whether `scope` is `place` or holds it; case does not count. */
export const holds = (scope: string, place: string): boolean =>
  `${place}/`.toLowerCase().startsWith(`${scope}/`.toLowerCase());

/** What a place inherits, management groups of the tenant too. */
export const atOrAbove =
  (place: string): Keep =>
  ({ scope }) =>
    holds(scope, place) || (isManagementGroup(scope) && !isManagementGroup(place));

/** What a list at a place tells without a filter: what is below it, too. */
export const around =
  (place: string): Keep =>
  (assignment) =>
    atOrAbove(place)(assignment) || holds(place, assignment.scope) || isManagementGroup(place);

const isManagementGroup = (scope: string) =>
  /^\/providers\/Microsoft\.Management\/managementGroups\//i.test(scope);

const both =
  (first: Keep, second: Keep): Keep =>
  (assignment) =>
    first(assignment) && second(assignment);

const ofPrincipal =
  (id: string): Keep =>
  ({ principalId }) =>
    principalId.toLowerCase() === id;

/** Its own, and those of its groups. Groups themselves are not looked up this way. */
export function heldBy(platform: Platform, id: string): Keep {
  if (isGroup(id)) return () => false;
  const groups = groupsOf(platform, id);
  return ({ principalId }) => principalId.toLowerCase() === id || groups.has(principalId);
}
