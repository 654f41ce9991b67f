import { parseId } from '../domain/ids.ts';
import { getNode, getNodes, type Nodelike } from '../resolvers/nodes.ts';
import { builder } from './builder.ts';

/** An id's concept is its GraphQL type, except for the kinds of Run and Model. */
const kindTypes: Record<string, string> = {
  AUTOML: 'AutoMLRun',
  TRIAL: 'TrialRun',
  JOB: 'JobRun',
  TRAINING: 'TrainingRun',
  PREDICTION: 'PredictionRun',
  REGISTERED: 'RegisteredModel',
  SERVICE_MODEL: 'ServiceModel',
};
const typeNameOf = (node: Nodelike): string =>
  kindTypes[node.kind ?? ''] ?? parseId(node.id)?.concept ?? 'Node';

export const NodeType = builder.interfaceRef<Nodelike>('Node').implement({
  description: 'An object with a global id.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'Opaque and global. Each use is checked against the caller: an id is not a secret.',
    }),
  }),
  resolveType: typeNameOf,
});

builder.queryFields((t) => ({
  node: t.field({
    type: NodeType,
    nullable: true,
    description: 'Any object by its id. NOT_FOUND where there is none for this caller.',
    args: { id: t.arg.id({ required: true, description: 'From any answer.' }) },
    resolve: (_, { id }, context) => getNode(id, 'id', context),
  }),
  nodes: t.field({
    type: [NodeType],
    nullable: { list: false, items: true },
    description:
      'Several objects by id (at most 100), in the order asked; one that fails is null, with an error.',
    args: { ids: t.arg.idList({ required: true, description: 'At most 100 ids.' }) },
    resolve: (_, { ids }, context) => getNodes(ids, context),
  }),
}));
