import { type Call, ok, type Route } from '../call.ts';
import { forbidden, notFound } from '../errors.ts';
import { warehouseId } from '../spaces/catalogue.ts';
import { spaceOf } from '../spaces/routes.ts';
import type { Member } from './members.ts';

export const permissionRoutes: readonly Route[] = [
  { method: 'GET', path: 'permissions/genie/:space', handle: ofSpace },
  { method: 'GET', path: 'permissions/warehouses/:warehouse', handle: ofWarehouse },
];

/** Who may do what with a space: told to those who manage it. */
function ofSpace(call: Call) {
  const space = spaceOf(call, 'CAN_MANAGE');
  const { grants, members } = call.workspace;
  const list = members.list().flatMap((member) => {
    const level = grants.levelOf(space, member);
    return level ? [entry(member, level)] : [];
  });
  return ok({ object_id: `/genie/${space.id}`, object_type: 'genie', access_control_list: list });
}

/** Every member may use the one warehouse. */
function ofWarehouse({ workspace, member, params }: Call) {
  if (params.warehouse !== warehouseId) throw notFound(`Warehouse ${params.warehouse} does not exist.`);
  if (!member.isAdmin)
    throw forbidden(`User ${member.id} does not have CAN_MANAGE on warehouse ${warehouseId}.`);
  const list = workspace.members.list().map((one) => entry(one, 'CAN_USE'));
  return ok({
    object_id: `/sql/warehouses/${warehouseId}`,
    object_type: 'warehouses',
    access_control_list: list,
  });
}

const entry = ({ kind, userName }: Member, level: string) => ({
  ...(kind === 'user' ? { user_name: userName } : { service_principal_name: userName }),
  all_permissions: [{ permission_level: level, inherited: false }],
});
