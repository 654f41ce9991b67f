import { encodeId } from '../../domain/ids.ts';
import type { Role, RoleAssignment } from '../../domain/roles.ts';
import type { WireAssignment, WireDefinition } from './wire.ts';

export function toAssignment({ name, properties }: WireAssignment, home: string): RoleAssignment {
  const { scope, principalId, principalType, roleDefinitionId, condition, createdOn } = properties;
  return {
    id: encodeId({ concept: 'RoleAssignment', provider: 'AZURE_ML', home, key: [scope, name] }),
    scope,
    principalId,
    principalType: principalType ?? null,
    roleKey: roleKeyOf(roleDefinitionId),
    createdAt: dateOf(createdOn),
    condition: condition || null,
  };
}

export const toRole = ({ properties }: WireDefinition): Role => ({
  name: properties.roleName,
  description: properties.description || null,
  actions: [
    ...new Set(
      (properties.permissions ?? []).flatMap(({ actions, dataActions }) => [
        ...(actions ?? []),
        ...(dataActions ?? []),
      ]),
    ),
  ],
});

/** What precedes the GUID depends on where it was read (contract section 1). */
export const roleKeyOf = (definitionId: string): string =>
  (definitionId.split('/').at(-1) ?? '').toLowerCase();

function dateOf(text: string | null | undefined): Date | null {
  const date = new Date(text ?? '');
  return Number.isNaN(date.getTime()) ? null : date;
}
