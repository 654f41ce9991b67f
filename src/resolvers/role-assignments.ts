import type { Context } from '../context.ts';
import type { RoleAssignments } from '../datasources/azure-rbac/index.ts';
import { readPlace, readScope } from '../datasources/azure-rbac/scopes.ts';
import { badInput } from '../domain/errors.ts';
import { readId } from '../domain/ids.ts';
import { mapPage, type Page, type PageArgs, readPage } from '../domain/paging.ts';
import type { Role, RoleAssignment, RoleAssignmentFilter } from '../domain/roles.ts';
import { noSuch } from './keys.ts';

type Ask = Pick<Context, 'caller' | 'roles'>;
export type RoleAssignmentArgs = PageArgs & {
  scope?: string | null;
  filter?: { [name in keyof RoleAssignmentFilter]?: RoleAssignmentFilter[name] | null } | null;
};
/** An assignment, and the place at which the caller reads roles. */
export type FoundAssignment = RoleAssignment & { readAt: string };

/** Of the whole subscription unless a scope is named. @throws BAD_USER_INPUT naming what is wrong. */
export async function listRoleAssignments(
  args: RoleAssignmentArgs,
  { caller, roles }: Ask,
): Promise<Page<FoundAssignment>> {
  const { subscription } = roles;
  const scope = args.scope == null ? subscription : scopeIn(args.scope, roles);
  const filter = readFilter(args.filter ?? {});
  const page = readPage(args, caller.key, ['roleAssignments', scope.toLowerCase(), filter]);
  const found = await roles.list({ scope, filter }, page);
  return mapPage(found, (assignment) => ({ ...assignment, readAt: scope }));
}

/** @throws NOT_FOUND for an assignment elsewhere, FORBIDDEN for a caller without the right where it was made. */
export async function getRoleAssignment(id: string, field: string, { roles }: Ask): Promise<FoundAssignment> {
  const { key } = readId(id, { field, concepts: ['RoleAssignment'], home: roles.home });
  const [place = '', name = ''] = key;
  const scope = readPlace(place, subscriptionIdOf(roles));
  if (scope === null || !guid.test(name)) throw noSuch('RoleAssignment', field);
  return { ...(await roles.get(scope, name)), readAt: scope };
}

/** Null where the role is defined no more. */
export const roleOf = ({ roleKey, readAt }: FoundAssignment, { roles }: Ask): Promise<Role | null> =>
  roles.role(roleKey, readAt);

function scopeIn(text: string, roles: RoleAssignments): string {
  const scope = readScope(text, subscriptionIdOf(roles));
  if (scope !== null) return scope;
  throw badInput(
    'scope',
    'scope: an ARM path was expected, at or below the subscription of this gateway, such as /subscriptions/…/resourceGroups/….',
  );
}

const subscriptionIdOf = ({ subscription }: RoleAssignments) => subscription.split('/').at(-1) ?? '';

const guid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function readFilter({ principalId, assignedTo, atScope }: NonNullable<RoleAssignmentArgs['filter']>) {
  const filter: RoleAssignmentFilter = {
    principalId: guidIn('principalId', principalId),
    assignedTo: guidIn('assignedTo', assignedTo),
    atScope: atScope ?? false,
  };
  if (filter.principalId === null) return filter;
  for (const name of ['assignedTo', 'atScope'] as const)
    if (filter[name]) throw badInput(`filter.${name}`, `filter.${name}: not together with principalId.`);
  return filter;
}

function guidIn(name: keyof RoleAssignmentFilter, text: string | null | undefined): string | null {
  if (text == null) return null;
  if (guid.test(text)) return text.toLowerCase();
  throw badInput(`filter.${name}`, `filter.${name}: an object id of the directory was expected, a GUID.`);
}
