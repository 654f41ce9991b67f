import type { Context } from '../context.ts';
import type { Role } from '../domain/roles.ts';
import { type FoundAssignment, listRoleAssignments, roleOf } from '../resolvers/role-assignments.ts';
import { builder } from './builder.ts';
import { connectionOf, pageArgs } from './connections.ts';
import { NodeType } from './node.ts';

const fromRole =
  <T>(pick: (role: Role) => T) =>
  async (assignment: FoundAssignment, _: unknown, context: Context): Promise<T | null> => {
    const role = await roleOf(assignment, context);
    return role && pick(role);
  };

const RoleAssignmentType = builder.objectRef<FoundAssignment>('RoleAssignment').implement({
  description: 'A role that somebody was given at one place in Azure, and has below it.',
  interfaces: [NodeType],
  fields: (t) => ({
    scope: t.exposeString('scope', {
      description: 'ARM path of the place; above the one asked for where it is inherited.',
    }),
    principalId: t.exposeString('principalId', {
      description: 'Object id in the directory, which may know nobody of it any more.',
    }),
    principalType: t.exposeString('principalType', {
      nullable: true,
      description: "The platform's word: User, Group, ServicePrincipal …",
    }),
    roleName: t.string({
      nullable: true,
      description: 'Such as Reader; null where the role is defined no more.',
      resolve: fromRole(({ name }) => name),
    }),
    roleDescription: t.string({
      nullable: true,
      description: 'In the words of who defined the role.',
      resolve: fromRole(({ description }) => description),
    }),
    actions: t.stringList({
      nullable: true,
      description: 'What the role allows, as patterns, before its own exceptions and any `condition`.',
      resolve: fromRole(({ actions }) => actions),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true, description: 'When it was given.' }),
    condition: t.exposeString('condition', {
      nullable: true,
      description: 'It grants what the role says only where this holds.',
    }),
  }),
});
const RoleAssignmentConnection = connectionOf('RoleAssignment', RoleAssignmentType);

const RoleAssignmentFilterType = builder.inputType('RoleAssignmentFilter', {
  description:
    'Which assignments. Azure combines `assignedTo` and `atScope`, and `principalId` with neither.',
  fields: (t) => ({
    principalId: t.string({ description: 'Of exactly this person, group or application: an object id.' }),
    assignedTo: t.string({
      description: 'What this person or application has, through groups too: an object id.',
    }),
    atScope: t.boolean({ description: 'At the scope and inherited from above it; nothing below it.' }),
  }),
});

builder.queryField('roleAssignments', (t) =>
  t.field({
    type: RoleAssignmentConnection,
    nullable: true,
    description:
      'Who may do what in Azure, as the caller may read it: it takes the right to Microsoft.Authorization/roleAssignments/read at the scope.',
    args: {
      ...pageArgs,
      scope: t.arg.string({
        description: 'ARM path at or below the subscription, which it is without one.',
      }),
      filter: t.arg({ type: RoleAssignmentFilterType, description: 'Which ones.' }),
    },
    resolve: (_, args, context) => listRoleAssignments(args, context),
  }),
);
