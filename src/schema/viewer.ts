import { scopes } from '../domain/callers.ts';
import { scopesOf, type User, userOf, type Viewer, viewerOf } from '../resolvers/viewer.ts';
import { builder } from './builder.ts';
import { NodeType } from './node.ts';

export const ScopeType = builder.enumType('Scope', {
  description:
    'What a caller may do. A member has all but ADMIN, an administrator all, a service those of its key.',
  values: scopes,
});
export const ViewerKindType = builder.enumType('ViewerKind', {
  description: 'A person with a token, or a service with an API key.',
  values: ['USER', 'SERVICE'],
});
export const UserRoleType = builder.enumType('UserRole', {
  description: 'ADMIN by the app role `mlgraph.admin`, or as stored; else MEMBER.',
  values: ['MEMBER', 'ADMIN'],
});

export const UserType = builder.objectRef<User>('User').implement({
  description: 'A person. Identity is tenant and subject; e-mail and name are for display.',
  interfaces: [NodeType],
  fields: (t) => ({
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'For Entra the oid; null until the first sign-in.',
    }),
    tenantId: t.exposeString('tenantId', { nullable: true, description: 'The Entra tenant.' }),
    email: t.exposeString('email', { nullable: true, description: 'As the token states it.' }),
    name: t.exposeString('name', { nullable: true, description: 'As the token states it.' }),
    role: t.expose('role', { type: UserRoleType, description: 'In this API.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When this gateway first saw the person.',
    }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it last did.',
    }),
  }),
});

export const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description: 'The caller.',
  fields: (t) => ({
    kind: t.expose('kind', { type: ViewerKindType, description: 'A person or a service.' }),
    scopes: t.field({
      type: [ScopeType],
      description: 'What the caller may do.',
      resolve: (_, __, context) => scopesOf(context),
    }),
    tenantId: t.exposeString('tenantId', { nullable: true, description: 'The Entra tenant of the token.' }),
    issuer: t.exposeString('issuer', { nullable: true, description: 'Who issued the token.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the credential runs out.',
    }),
    user: t.field({
      type: UserType,
      nullable: true,
      description: 'The person, as this gateway remembers them; null for a service.',
      resolve: (_, __, context) => userOf(context),
    }),
  }),
});

builder.queryField('me', (t) =>
  t.field({
    type: ViewerType,
    description: 'The caller: a person with a token, or a service with an API key.',
    resolve: (_, __, context) => viewerOf(context),
  }),
);
