import type { EmulatorRequest, Reply } from '../../../kit/server.ts';
import type { Principal } from '../../access.ts';
import type { Platform } from '../../state/platform.ts';
import { armRefusal, forbidden } from '../errors.ts';
import { type Assignment, assignmentsOf } from './assignments.ts';
import { around, atOrAbove, filterOf, heldBy, holds } from './filter.ts';
import { renderAssignment, renderRole } from './forms.ts';
import { listPage } from './paging.ts';
import { allows, type Permission } from './permissions.ts';
import { type Role, rolesOf } from './roles.ts';

type Place = { scope: string; kind: string; name: string | null };
type Call = { platform: Platform; request: EmulatorRequest; principal: Principal; place: Place };

const operations: Record<string, (call: Call) => Reply> = {
  roleassignments: (call) => (call.place.name === null ? listAssignments(call) : getAssignment(call)),
  roledefinitions: (call) => (call.place.name === null ? listRoles(call) : getRole(call)),
  permissions: listPermissions,
};

/** Where a request of Microsoft.Authorization is about; null for any other request. */
export function authorizationPlace(segments: readonly string[]): Place | null {
  const lower = segments.map((segment) => segment.toLowerCase());
  const at = lower.lastIndexOf('microsoft.authorization');
  if (at < 1 || lower[at - 1] !== 'providers') return null;
  const [kind = '', name = null, ...more] = segments.slice(at + 1);
  if (!(kind.toLowerCase() in operations) || more.length > 0) return null;
  return { scope: `/${segments.slice(0, at - 1).join('/')}`, kind: kind.toLowerCase(), name };
}

/** Answers for the extension resources of Microsoft.Authorization at any scope. Read only. */
export function serveAuthorization(call: Call): Reply {
  const { request, place } = call;
  if (request.method !== 'GET')
    throw armRefusal(405, 'HttpMethodNotSupported', `The method ${request.method} is not supported here.`);
  const operation = operations[place.kind];
  if (!operation) throw armRefusal(404, 'InvalidResourceType', 'The resource type could not be found.');
  return operation(call);
}

function listAssignments(call: Call): Reply {
  const { platform, request, place } = call;
  assertMay(call, 'roleAssignments/read');
  const keep = filterOf(platform, place.scope, request.url.searchParams.get('$filter'));
  const near = around(place.scope);
  const found = assignmentsOf(platform).filter((assignment) => near(assignment) && keep(assignment));
  return listPage(
    request,
    found.map((assignment) => renderAssignment(platform, assignment)),
  );
}

function getAssignment(call: Call): Reply {
  const { platform, place } = call;
  assertMay(call, 'roleAssignments/read');
  const found = assignmentsOf(platform).find(
    ({ name, scope }) => same(name, place.name) && same(scope, place.scope),
  );
  if (found) return { status: 200, body: renderAssignment(platform, found) };
  throw armRefusal(404, 'RoleAssignmentNotFound', `The role assignment '${place.name}' is not found.`);
}

function listRoles(call: Call): Reply {
  const { platform, request, place } = call;
  assertMay(call, 'roleDefinitions/read');
  const keep = roleFilter(request.url.searchParams.get('$filter'), place.scope);
  const found = Object.values<Role>(rolesOf(platform.workspace)).filter(keep);
  return { status: 200, body: { value: found.map((role) => renderRole(platform, role)) } };
}

/** Without one: what can be assigned at the scope. */
function roleFilter(filter: string | null, scope: string): (role: Role) => boolean {
  const assignable = ({ assignableScopes }: Role) =>
    assignableScopes.some((at) => at === '/' || holds(at, scope));
  if (!filter) return assignable;
  if (/^atScopeAndBelow\(\)$/i.test(filter))
    return (role) => assignable(role) || role.assignableScopes.some((at) => holds(scope, at));
  const [, field, value] = /^(roleName|type) eq '([^']*)'$/i.exec(filter) ?? [];
  if (field === undefined)
    throw armRefusal(400, 'UnsupportedQuery', `The filter '${filter}' is not supported.`);
  return (role) =>
    assignable(role) && same(field.toLowerCase() === 'type' ? role.kind : role.roleName, value);
}

function getRole(call: Call): Reply {
  const { platform, place } = call;
  assertMay(call, 'roleDefinitions/read');
  const found = Object.values<Role>(rolesOf(platform.workspace)).find(({ name }) => same(name, place.name));
  if (found) return { status: 200, body: renderRole(platform, found) };
  throw armRefusal(
    404,
    'RoleDefinitionDoesNotExist',
    `The specified role definition with ID '${place.name}' does not exist.`,
  );
}

/** Of the caller alone; it takes no right. */
function listPermissions({ platform, principal, place }: Call): Reply {
  return { status: 200, body: { value: permissionsAt(platform, principal, place.scope), nextLink: null } };
}

const permissionsAt = (platform: Platform, { objectId }: Principal, scope: string): Permission[] => {
  const [own, near] = [heldBy(platform, objectId), atOrAbove(scope)];
  return assignmentsOf(platform)
    .filter((assignment: Assignment) => own(assignment) && near(assignment))
    .flatMap(({ role }) => role.permissions);
};

/** Throws 403 for a caller whose roles at the scope, inherited ones too, do not allow the action. */
function assertMay({ platform, principal, place }: Call, operation: string): void {
  const action = `Microsoft.Authorization/${operation}`;
  if (!allows(permissionsAt(platform, principal, place.scope), action))
    throw forbidden(principal, action, place.scope);
}

const same = (one: string, other: string | null | undefined): boolean =>
  one.toLowerCase() === other?.toLowerCase();
