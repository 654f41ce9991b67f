import type { Platform } from '../../state/platform.ts';
import type { Assignment } from './assignments.ts';
import type { Role } from './roles.ts';

const assigned = '2026-01-02T03:04:05.1234567Z';
const defined = '2020-01-01T00:00:00.0000000Z';

const definitionId = ({ workspace }: Platform, { name }: Role) =>
  `/subscriptions/${workspace.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${name}`;

/** As it goes over the wire; official clients flatten `properties`. */
export function renderAssignment(platform: Platform, assignment: Assignment) {
  const { name, scope, role, principalId, principalType, description, condition } = assignment;
  // What is assigned above every subscription names the role without one.
  const ofTenant = `/providers/Microsoft.Authorization/roleDefinitions/${role.name}`;
  return {
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    type: 'Microsoft.Authorization/roleAssignments',
    name,
    properties: {
      roleDefinitionId: scope.startsWith('/subscriptions/') ? definitionId(platform, role) : ofTenant,
      ...{ principalId, principalType, scope, condition, description },
      conditionVersion: condition === null ? null : '2.0',
      ...{ createdOn: assigned, updatedOn: assigned, createdBy: '', updatedBy: '' },
      delegatedManagedIdentityResourceId: null,
    },
  };
}

export function renderRole(platform: Platform, role: Role) {
  const { name, roleName, kind, description, assignableScopes, permissions } = role;
  return {
    id: definitionId(platform, role),
    type: 'Microsoft.Authorization/roleDefinitions',
    name,
    properties: {
      ...{ roleName, type: kind, description, assignableScopes, permissions },
      ...{ createdOn: defined, updatedOn: defined, createdBy: null, updatedBy: null },
    },
  };
}
