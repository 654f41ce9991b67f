import type { Model, RegisteredModel } from '../domain/models.ts';
import { listModels, modelVersionsOf, registerModel, runOfModel } from '../resolvers/models.ts';
import { builder } from './builder.ts';
import { mergedConnectionOf, pageArgs } from './connections.ts';
import { NodeType } from './node.ts';
import { ProviderType, TagInputType, TagType } from './providers.ts';
import { RunRef } from './runs.ts';

export const ModelRef = builder.interfaceRef<Model>('Model');
const RegisteredModelRef = builder.objectRef<RegisteredModel>('RegisteredModel');
export const ModelConnection = mergedConnectionOf<Model>('Model', ModelRef);

ModelRef.implement({
  description: 'Something trained that can predict.',
  interfaces: [NodeType],
  fields: (t) => ({
    provider: t.expose('provider', { type: ProviderType, description: 'Which platform keeps it.' }),
    name: t.exposeString('name', { description: "The platform's name of the model." }),
    version: t.exposeString('version', { nullable: true, description: 'Null where there is none yet.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was registered.',
    }),
    tags: t.expose('tags', {
      type: [TagType],
      description: 'Without those that the platform keeps for itself.',
    }),
    run: t.field({
      type: RunRef,
      nullable: true,
      description: 'The run that trained it, where that is known.',
      resolve: (model, _, context) => runOfModel(model, context),
    }),
  }),
  resolveType: ({ kind }) => (kind === 'REGISTERED' ? 'RegisteredModel' : 'ServiceModel'),
});

RegisteredModelRef.implement({
  description: 'One version of a model in the Azure ML registry of this workspace.',
  interfaces: [ModelRef, NodeType],
  fields: (t) => ({
    description: t.exposeString('description', { nullable: true, description: 'Free text.' }),
    format: t.exposeString('format', {
      nullable: true,
      description: "The platform's word, e.g. mlflow_model.",
    }),
    uri: t.exposeString('uri', {
      nullable: true,
      description: 'Where it lies, as the platform writes it (azureml://…).',
    }),
    versions: t.field({
      type: ModelConnection,
      nullable: true,
      description: 'All versions of the model.',
      args: pageArgs,
      resolve: (model, args, context) => modelVersionsOf(model, args, context),
    }),
  }),
});

const ModelFilterType = builder.inputType('ModelFilter', {
  description: 'Which models.',
  fields: (t) => ({
    provider: t.field({ type: [ProviderType], description: 'Of these platforms.' }),
    nameContains: t.string({ description: 'Part of the name, in any letter case.' }),
    service: t.string({ description: 'Of the service with this systemName.' }),
  }),
});

builder.queryField('models', (t) =>
  t.field({
    type: ModelConnection,
    nullable: true,
    description: 'Registered models (the latest version of each) and the models of the services.',
    args: { ...pageArgs, filter: t.arg({ type: ModelFilterType, description: 'Which ones.' }) },
    resolve: (_, args, context) => listModels(args, context),
  }),
);

const RegisterModelInput = builder.inputType('RegisterModelInput', {
  description: '`runId`: a trial, or an AutoML run for its best trial.',
  fields: (t) => ({
    runId: t.id({ required: true, description: 'Of the run whose model to register.' }),
    name: t.string({ required: true, description: 'Of the model; new, or one to add a version to.' }),
    description: t.string({ description: 'Free text.' }),
    tags: t.field({ type: [TagInputType], description: 'Set on the version.' }),
  }),
});
const RegisterModelPayload = builder.objectRef<{ model: RegisteredModel }>('RegisterModelPayload').implement({
  description: 'The new version.',
  fields: (t) => ({
    model: t.expose('model', { type: RegisteredModelRef, description: 'As it was registered.' }),
  }),
});

builder.mutationField('registerModel', (t) =>
  t.field({
    type: RegisterModelPayload,
    nullable: true,
    description: 'Gives the model of a run a name and the next version.',
    extensions: { upstream: 'AZURE_ML' },
    args: {
      input: t.arg({
        type: RegisterModelInput,
        required: true,
        description: 'Which model, under what name.',
      }),
    },
    resolve: (_, { input }, context) => registerModel(input, context),
  }),
);
