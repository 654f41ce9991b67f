import type { ModelConfig } from '../domain/services.ts';
import { serviceOf } from '../resolvers/services/catalogue.ts';
import { createConfig, deleteConfig, updateConfig } from '../resolvers/services/configs.ts';
import { builder } from './builder.ts';
import { DeletePayload } from './deletion.ts';
import { NodeType } from './node.ts';
import { ServiceRef } from './service-ref.ts';

export const ModelConfigRef = builder.objectRef<ModelConfig>('ModelConfig').implement({
  description: 'How a service is to train and predict.',
  interfaces: [NodeType],
  fields: (t) => ({
    name: t.exposeString('name', { description: 'For people; not unique.' }),
    data: t.expose('data', { type: 'JSON', description: "Fits the service's configSchema." }),
    tags: t.exposeStringList('tags', { description: 'Words that people put on it.' }),
    service: t.field({
      type: ServiceRef,
      nullable: true,
      description: 'Whose it is.',
      resolve: ({ service }, _, context) => serviceOf(service, context),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});

const CreateConfigInput = builder.inputType('CreateConfigInput', {
  description: 'A new configuration.',
  fields: (t) => ({
    serviceId: t.id({ required: true, description: 'Of a Service.' }),
    name: t.string({ required: true, description: 'For people.' }),
    data: t.field({
      type: 'JSON',
      required: true,
      description: "Checked against the service's configSchema.",
    }),
    tags: t.stringList({ description: 'Letters, digits, - and _; at most 50.' }),
  }),
});
const UpdateConfigInput = builder.inputType('UpdateConfigInput', {
  description: 'What to change; what is left out stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Of a ModelConfig.' }),
    name: t.string({ description: 'For people.' }),
    data: t.field({ type: 'JSON', description: "All of it; checked against the service's configSchema." }),
    tags: t.stringList({ description: 'All of them.' }),
  }),
});
const DeleteConfigInput = builder.inputType('DeleteConfigInput', {
  description: 'Which configuration to delete.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Of a ModelConfig.' }) }),
});
const ConfigPayload = builder.objectRef<{ config: ModelConfig }>('ConfigPayload').implement({
  description: 'The configuration as it is now.',
  fields: (t) => ({
    config: t.expose('config', { type: ModelConfigRef, description: 'With the defaults filled in.' }),
  }),
});

builder.mutationFields((t) => ({
  createConfig: t.field({
    type: ConfigPayload,
    nullable: true,
    description: 'Adds a configuration to a service.',
    extensions: { upstream: 'CHAPKIT' },
    args: { input: t.arg({ type: CreateConfigInput, required: true, description: 'What it holds.' }) },
    resolve: (_, { input }, context) => createConfig(input, context),
  }),
  updateConfig: t.field({
    type: ConfigPayload,
    nullable: true,
    description: 'Changes a configuration.',
    extensions: { upstream: 'CHAPKIT' },
    args: { input: t.arg({ type: UpdateConfigInput, required: true, description: 'What to change.' }) },
    resolve: (_, { input }, context) => updateConfig(input, context),
  }),
  deleteConfig: t.field({
    type: DeletePayload,
    nullable: true,
    description: 'Deletes a configuration, with the artifacts that hang on it.',
    extensions: { upstream: 'CHAPKIT' },
    args: { input: t.arg({ type: DeleteConfigInput, required: true, description: 'Which one.' }) },
    resolve: (_, { input }, context) => deleteConfig(input, context),
  }),
}));
