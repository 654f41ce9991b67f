import { listUsers } from '../resolvers/users.ts';
import { builder } from './builder.ts';
import { connectionOf, pageArgs } from './connections.ts';
import { UserType } from './viewer.ts';

const UserConnection = connectionOf('User', UserType);

builder.queryField('users', (t) =>
  t.field({
    type: UserConnection,
    nullable: true,
    description: 'Everybody who has signed in. For administrators.',
    args: pageArgs,
    resolve: (_, args, context) => listUsers(args, context),
  }),
);
