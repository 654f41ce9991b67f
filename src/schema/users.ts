import { createUser, listUsers } from '../resolvers/users.ts';
import { builder } from './builder.ts';
import { connectionOf, pageArgs } from './connections.ts';
import { UserRoleType, UserType } from './viewer.ts';

const UserConnection = connectionOf('User', UserType);

builder.queryField('users', (t) =>
  t.field({
    type: UserConnection,
    nullable: true,
    description: 'Everybody who has signed in or was created. For administrators.',
    args: pageArgs,
    resolve: (_, args, context) => listUsers(args, context),
  }),
);

const CreateUserInputType = builder.inputType('CreateUserInput', {
  description: 'Who it is. By `tenantId` and `subject`, or by e-mail alone, which makes a MEMBER.',
  fields: (t) => ({
    email: t.string({
      required: true,
      description:
        'Alone, it is linked to whoever first signs in by an issuer that vouches for it (`email_verified`). Entra does not: give tenantId and subject.',
    }),
    name: t.string({ description: 'For display, until they sign in.' }),
    role: t.field({ type: UserRoleType, description: 'MEMBER without; ADMIN takes tenantId and subject.' }),
    tenantId: t.string({ description: 'The Entra tenant; with `subject`.' }),
    subject: t.string({ description: 'The Entra object id (oid) in that tenant; with `tenantId`.' }),
  }),
});

const CreateUserPayload = builder
  .objectRef<Awaited<ReturnType<typeof createUser>>>('CreateUserPayload')
  .implement({
    description: 'The new user.',
    fields: (t) => ({ user: t.expose('user', { type: UserType, description: 'As stored.' }) }),
  });

builder.mutationField('createUser', (t) =>
  t.field({
    type: CreateUserPayload,
    nullable: true,
    extensions: { upstream: 'LOCAL' },
    description:
      'Somebody who has not signed in yet. For administrators. Who is known already is CONFLICT. An id by e-mail alone is another once they have signed in.',
    args: { input: t.arg({ type: CreateUserInputType, required: true, description: 'Who.' }) },
    resolve: (_, { input }, context) => createUser(input, context),
  }),
);
