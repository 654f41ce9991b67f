import { type Service, serviceAuths } from '../domain/services.ts';
import { listModels } from '../resolvers/models.ts';
import { listRuns } from '../resolvers/runs.ts';
import { artifactsOf } from '../resolvers/services/artifacts.ts';
import { getServiceByName, healthOf, listServices } from '../resolvers/services/catalogue.ts';
import { configSchemaOf, configsOf } from '../resolvers/services/configs.ts';
import { authMethodOf, endpointOf } from '../resolvers/services/keys.ts';
import { ArtifactRef } from './artifacts.ts';
import { builder } from './builder.ts';
import { connectionOf, mergedConnectionOf, pageArgs } from './connections.ts';
import { ServiceHealthType } from './health.ts';
import { ModelConnection } from './models.ts';
import { NodeType } from './node.ts';
import { ProviderType } from './providers.ts';
import { RunConnection } from './runs.ts';
import { ModelConfigRef } from './service-configs.ts';
import { ServiceRef } from './service-ref.ts';

const ServiceConnection = mergedConnectionOf<Service>('Service', ServiceRef);
const ModelConfigConnection = connectionOf('ModelConfig', ModelConfigRef);
const ArtifactConnection = connectionOf('Artifact', ArtifactRef);

const ServiceAuthType = builder.enumType('ServiceAuth', {
  description: 'How a service wants to be called.',
  values: serviceAuths,
});

ServiceRef.implement({
  description: 'An ML service of the catalogue.',
  interfaces: [NodeType],
  fields: (t) => ({
    name: t.exposeString('name', { description: 'For people.' }),
    systemName: t.exposeString('systemName', {
      description: 'Unique; what filters and SourceReport call it.',
    }),
    provider: t.expose('provider', { type: ProviderType, description: 'Which platform offers it.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
    endpoint: t.string({
      nullable: true,
      description: "The public base URL of a 3scale product; a Chapkit service's inner address is not shown.",
      resolve: (service, _, context) => endpointOf(service, context),
    }),
    authMethod: t.field({
      type: ServiceAuthType,
      description: 'How the service itself is called.',
      resolve: (service, _, context) => authMethodOf(service, context),
    }),
    health: t.field({
      type: ServiceHealthType,
      nullable: true,
      description: 'As the service tells it now; null where nobody can ask it.',
      resolve: (service, _, context) => healthOf(service, context),
    }),
    configSchema: t.field({
      type: 'JSON',
      nullable: true,
      description: "The JSON Schema of a configuration's `data`.",
      resolve: (service, _, context) => configSchemaOf(service, context),
    }),
    configs: t.field({
      type: ModelConfigConnection,
      nullable: true,
      description: 'Its configurations, newest first.',
      args: pageArgs,
      resolve: (service, args, context) => configsOf(service, args, context),
    }),
    artifacts: t.field({
      type: ArtifactConnection,
      nullable: true,
      description: 'What its jobs put out, newest first.',
      args: pageArgs,
      resolve: (service, args, context) => artifactsOf(service, args, context),
    }),
    runs: t.field({
      type: RunConnection,
      nullable: true,
      description: "The caller's own, newest first: those that were started here.",
      args: pageArgs,
      resolve: ({ systemName }, args, context) =>
        listRuns({ ...args, filter: { service: systemName } }, context),
    }),
    models: t.field({
      type: ModelConnection,
      nullable: true,
      description: 'What it has trained, newest first.',
      args: pageArgs,
      resolve: ({ systemName }, args, context) =>
        listModels({ ...args, filter: { service: systemName } }, context),
    }),
  }),
});

builder.queryFields((t) => ({
  services: t.field({
    type: ServiceConnection,
    nullable: true,
    description: 'ML services that the caller may use.',
    args: pageArgs,
    resolve: (_, args, context) => listServices(args, context),
  }),
  service: t.field({
    type: ServiceRef,
    nullable: true,
    description: 'By systemName, or by a name that only one service has.',
    args: { name: t.arg.string({ required: true, description: 'Its systemName or name.' }) },
    resolve: (_, { name }, context) => getServiceByName(name, context),
  }),
}));
