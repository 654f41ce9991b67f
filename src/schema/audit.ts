import type { AuditEvent } from '../domain/audit.ts';
import { listAuditEvents } from '../resolvers/audit.ts';
import { builder } from './builder.ts';
import { connectionOf, pageArgs } from './connections.ts';
import { NodeType } from './node.ts';
import { ProviderType } from './providers.ts';
import { ViewerKindType } from './viewer.ts';

const AuditEventType = builder.objectRef<AuditEvent>('AuditEvent').implement({
  description: 'One line of the trail: who did what to what, and how it ended. It is never changed.',
  interfaces: [NodeType],
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When it happened.' }),
    actor: t.exposeString('actor', {
      description: 'Who: issuer family, tenant and subject; `anonymous` for a refused credential.',
    }),
    actorKind: t.expose('actorKind', { type: ViewerKindType, description: 'A person or a service.' }),
    action: t.exposeString('action', {
      description:
        "A mutation's name; what went on beside one, such as `session.title`; `upstream.use`, `credential.refused`.",
    }),
    target: t.exposeString('target', {
      nullable: true,
      description: 'What it was done to: an id or a name.',
    }),
    outcome: t.exposeString('outcome', { description: "OK, CANCELED, or the error's code." }),
    upstream: t.expose('upstream', {
      type: ProviderType,
      nullable: true,
      description: 'The platform that was used.',
    }),
    requestId: t.exposeString('requestId', { nullable: true, description: 'As in the log and in errors.' }),
    keyPrefix: t.exposeString('keyPrefix', {
      nullable: true,
      description: 'How the API key begins by which a service called, or was refused.',
    }),
    count: t.exposeInt('count', {
      description: 'How often it happened: a flood of refused credentials is one event a minute.',
    }),
  }),
});
const AuditEventConnection = connectionOf<AuditEvent>('AuditEvent', AuditEventType);

const AuditFilterType = builder.inputType('AuditFilter', {
  description: 'Which events.',
  fields: (t) => ({
    actor: t.string({ description: "By this actor, as an event's `actor` says it." }),
    action: t.string({ description: 'Of this kind.' }),
    since: t.field({ type: 'DateTime', description: 'At this time or later.' }),
    until: t.field({ type: 'DateTime', description: 'Before this time.' }),
  }),
});

builder.queryField('auditEvents', (t) =>
  t.field({
    type: AuditEventConnection,
    nullable: true,
    description: 'What was done through this API, newest first. For administrators.',
    args: { ...pageArgs, filter: t.arg({ type: AuditFilterType, description: 'Which ones.' }) },
    resolve: (_, args, context) => listAuditEvents(args, context),
  }),
);
