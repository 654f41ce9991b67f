import type { Artifact } from '../domain/services.ts';
import { childrenOf, dataOf, deleteArtifact, parentOf } from '../resolvers/services/artifacts.ts';
import { serviceOf } from '../resolvers/services/catalogue.ts';
import { builder } from './builder.ts';
import { DeletePayload } from './deletion.ts';
import { NodeType } from './node.ts';
import { ServiceRef } from './service-ref.ts';

export const ArtifactRef = builder.objectRef<Artifact>('Artifact');

ArtifactRef.implement({
  description: 'What a job of a service put out. Lists hold no content: `data` is a call per artifact.',
  interfaces: [NodeType],
  fields: (t) => ({
    level: t.exposeInt('level', { description: 'How far below its root: 0 a training, 1 a prediction.' }),
    type: t.exposeString('type', { nullable: true, description: "The service's word, e.g. ml_prediction." }),
    contentType: t.exposeString('contentType', { nullable: true, description: 'Media type of the content.' }),
    sizeBytes: t.expose('sizeBytes', {
      type: 'SafeInt',
      nullable: true,
      description: 'Size of the content, where the service says.',
    }),
    data: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What it holds; of a content that is no JSON, what the service says of it.',
      resolve: (artifact, _, context) => dataOf(artifact, context),
    }),
    tags: t.exposeStringList('tags', { description: 'Words that people put on it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
    service: t.field({
      type: ServiceRef,
      nullable: true,
      description: 'Where it lies.',
      resolve: ({ service }, _, context) => serviceOf(service, context),
    }),
    parent: t.field({
      type: ArtifactRef,
      nullable: true,
      description: 'What it was made from.',
      resolve: (artifact, _, context) => parentOf(artifact, context),
    }),
    children: t.field({
      type: [ArtifactRef],
      nullable: true,
      description: 'What was made from it.',
      resolve: (artifact, _, context) => childrenOf(artifact, context),
    }),
  }),
});

const DeleteArtifactInput = builder.inputType('DeleteArtifactInput', {
  description: 'Which artifact to delete.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Of an Artifact.' }) }),
});

builder.mutationField('deleteArtifact', (t) =>
  t.field({
    type: DeletePayload,
    nullable: true,
    description: 'Deletes an artifact; what was made from it stays, without a parent.',
    extensions: { upstream: 'CHAPKIT' },
    args: { input: t.arg({ type: DeleteArtifactInput, required: true, description: 'Which one.' }) },
    resolve: (_, { input }, context) => deleteArtifact(input, context),
  }),
);
