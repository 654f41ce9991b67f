import type { Platform } from '../../state/platform.ts';
import { guidFor } from '../../state/workspace.ts';
import { groupIds } from './groups.ts';
import { type Role, rolesOf } from './roles.ts';

/** A role that somebody was given at one place, and has below it. */
export type Assignment = {
  /** GUID. */
  name: string;
  /** ARM path. */
  scope: string;
  role: Role;
  principalId: string;
  principalType: 'User' | 'Group' | 'ServicePrincipal';
  description: string | null;
  condition: string | null;
};

/** Above the subscription, which inherits what is assigned there. */
export const managementGroup = '/providers/Microsoft.Management/managementGroups/contoso';
/** Of somebody who has left: the directory knows nobody of this id. */
export const departedId = 'e1a4c7d0-5b62-4d0f-9c3a-6f8e2b1d7a55';

const scratchOnly =
  "((!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete'})) OR (@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'scratch'))";

/** Everything that is assigned at the subscription, above it and below it. */
export function assignmentsOf({ workspace, authority }: Platform): Assignment[] {
  const { id, account, resourceGroup } = workspace;
  const subscription = `/subscriptions/${workspace.subscriptionId}`;
  const group = `${subscription}/resourceGroups/${resourceGroup}`;
  // In the letter case in which some of Azure's services write it.
  const storage = `${subscription}/resourcegroups/${resourceGroup}/providers/Microsoft.Storage/storageAccounts/${account.name}`;
  const roles = rolesOf(workspace);
  const person = (name: string) =>
    ['User', authority.people.find((known) => known.name === name)?.oid ?? departedId] as const;
  const application = ['ServicePrincipal', authority.clientId] as const;
  const scientists = ['Group', groupIds.dataScientists] as const;
  return [
    give(managementGroup, roles.reader, ['Group', groupIds.auditors]),
    give(subscription, roles.owner, person('Grace')),
    give(group, roles.reader, person('Ada'), { description: 'looks after the group' }),
    give(group, roles.contributor, ['User', departedId]),
    give(id, roles.dataScientist, scientists, { description: 'trainers' }),
    give(id, roles.computeOperator, ['Group', groupIds.researchers]),
    give(id, roles.dataScientist, application),
    give(id, roles.modelWatcher, application),
    give(storage, roles.blobContributor, scientists, { condition: scratchOnly }),
  ];
}

type Principal = readonly [Assignment['principalType'], principalId: string];

const give = (
  scope: string,
  role: Role,
  [principalType, principalId]: Principal,
  { description = null, condition = null }: Partial<Pick<Assignment, 'description' | 'condition'>> = {},
): Assignment => ({
  name: guidFor(`${scope} ${role.name} ${principalId}`),
  ...{ scope, role, principalId, principalType, description, condition },
});
