import type { ServiceKey } from '../domain/service-keys.ts';
import {
  hasKey,
  type InitialisedKey,
  initServiceKey,
  keyOf,
  serviceOfKey,
} from '../resolvers/services/keys.ts';
import { builder } from './builder.ts';
import { NodeType } from './node.ts';
import { ServiceRef } from './service-ref.ts';

const ServiceKeyType = builder.objectRef<ServiceKey>('ServiceKey').implement({
  description: "A person's key for a service, masked: initServiceKey alone shows the secret.",
  interfaces: [NodeType],
  fields: (t) => ({
    service: t.field({
      type: ServiceRef,
      nullable: true,
      description: 'What it is for.',
      resolve: (key, _, context) => serviceOfKey(key, context),
    }),
    plan: t.exposeString('plan', { nullable: true, description: 'Which plan it is under.' }),
    appId: t.exposeString('appId', {
      nullable: true,
      description: 'The application or client id, where there is one.',
    }),
    prefix: t.exposeString('prefix', {
      nullable: true,
      description: 'How the secret begins, where that is known.',
    }),
    state: t.exposeString('state', {
      description: 'In the words of 3scale: live, pending (awaits approval), suspended, …',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true, description: 'When it was made.' }),
  }),
});

builder.objectFields(ServiceRef, (t) => ({
  hasKey: t.boolean({
    nullable: true,
    description:
      'Whether the caller has a key for it that is good or awaits approval; null where it gives none, and for an API key.',
    resolve: (service, _, context) => hasKey(service, context),
  }),
  key: t.field({
    type: ServiceKeyType,
    nullable: true,
    description: "The caller's own. Masked; only initServiceKey gives the secret.",
    resolve: (service, _, context) => keyOf(service, context),
  }),
}));

const InitServiceKeyInput = builder.inputType('InitServiceKeyInput', {
  description: 'For which service: exactly one of the two.',
  fields: (t) => ({
    serviceId: t.id({ description: 'Of a Service.' }),
    serviceName: t.string({ description: 'Its systemName, or a name that only one service has.' }),
  }),
});

const InitServiceKeyPayload = builder.objectRef<InitialisedKey>('InitServiceKeyPayload').implement({
  description: 'The key, with its secret.',
  fields: (t) => ({
    service: t.expose('service', { type: ServiceRef, description: 'What it is for.' }),
    key: t.expose('key', { type: ServiceKeyType, description: 'The key without the secret.' }),
    secret: t.exposeString('secret', {
      nullable: true,
      description: 'The secret itself; none while the plan awaits approval.',
    }),
    isNew: t.exposeBoolean('isNew', {
      description: 'Whether this very call made it: true for one of all who ask at once.',
    }),
    plan: t.exposeString('plan', { nullable: true, description: 'Which plan it is under.' }),
  }),
});

builder.mutationField('initServiceKey', (t) =>
  t.field({
    type: InitServiceKeyPayload,
    nullable: true,
    description:
      "Gives the caller's key for a service, and makes it where there is none: the same one however often it is asked.",
    extensions: { upstream: 'THREESCALE' },
    args: { input: t.arg({ type: InitServiceKeyInput, required: true, description: 'For which service.' }) },
    resolve: (_, { input }, context) => initServiceKey(input, context),
  }),
);
