import type { ServiceModel } from '../domain/models.ts';
import type { PredictionRun, TrainingRun } from '../domain/runs.ts';
import { serviceOf } from '../resolvers/services/catalogue.ts';
import { predict, train } from '../resolvers/services/jobs.ts';
import { artifactOfModel, artifactOfRun, predictionsOf } from '../resolvers/services/runs.ts';
import { ArtifactRef } from './artifacts.ts';
import { builder } from './builder.ts';
import { ModelRef } from './models.ts';
import { NodeType } from './node.ts';
import { RunRef } from './runs.ts';
import { ServiceRef } from './service-ref.ts';
import { TableInputType, TableType } from './tables.ts';

const TrainingRunRef = builder.objectRef<TrainingRun>('TrainingRun').implement({
  description:
    'A Chapkit $train job that was started here: of others, the service does not say what they are, or whose.',
  interfaces: [RunRef, NodeType],
  fields: (t) => ({
    service: t.field({
      type: ServiceRef,
      nullable: true,
      description: 'Who trains.',
      resolve: ({ service }, _, context) => serviceOf(service, context),
    }),
    artifact: t.field({
      type: ArtifactRef,
      nullable: true,
      description: 'What it put out; null until it has completed.',
      resolve: (run, _, context) => artifactOfRun(run, context),
    }),
  }),
});

const PredictionRunRef = builder.objectRef<PredictionRun>('PredictionRun').implement({
  description: 'A Chapkit $predict job that was started here.',
  interfaces: [RunRef, NodeType],
  fields: (t) => ({
    service: t.field({
      type: ServiceRef,
      nullable: true,
      description: 'Who predicts.',
      resolve: ({ service }, _, context) => serviceOf(service, context),
    }),
    artifact: t.field({
      type: ArtifactRef,
      nullable: true,
      description: 'What it put out; null until it has completed.',
      resolve: (run, _, context) => artifactOfRun(run, context),
    }),
    predictions: t.field({
      type: TableType,
      nullable: true,
      description: 'The predicted rows; null until it has completed.',
      resolve: (run, _, context) => predictionsOf(run, context),
    }),
  }),
});

builder.objectRef<ServiceModel>('ServiceModel').implement({
  description: 'A model that a Chapkit service trained.',
  interfaces: [ModelRef, NodeType],
  fields: (t) => ({
    service: t.field({
      type: ServiceRef,
      nullable: true,
      description: 'Who trained it, and predicts with it.',
      resolve: ({ service }, _, context) => serviceOf(service, context),
    }),
    artifact: t.field({
      type: ArtifactRef,
      nullable: true,
      description: 'What the training put out.',
      resolve: (model, _, context) => artifactOfModel(model, context),
    }),
  }),
});

const clientRunId =
  'The same again, by the same caller, returns the first run; with other content, CONFLICT.';
const geo = 'A GeoJSON FeatureCollection.';
const TrainInput = builder.inputType('TrainInput', {
  description: 'What to train on.',
  fields: (t) => ({
    serviceId: t.id({ required: true, description: 'Of a Service.' }),
    configId: t.id({ required: true, description: 'Of one of its ModelConfigs.' }),
    data: t.field({ type: TableInputType, required: true, description: 'The rows to learn from.' }),
    geo: t.field({ type: 'JSON', description: geo }),
    clientRunId: t.string({ description: clientRunId }),
  }),
});
const PredictInput = builder.inputType('PredictInput', {
  description: 'What to predict.',
  fields: (t) => ({
    modelId: t.id({ required: true, description: 'Of a ServiceModel.' }),
    historic: t.field({ type: TableInputType, description: 'What happened before; no rows without it.' }),
    future: t.field({ type: TableInputType, required: true, description: 'The rows to predict for.' }),
    geo: t.field({ type: 'JSON', description: geo }),
    clientRunId: t.string({ description: clientRunId }),
  }),
});
const TrainPayload = builder.objectRef<{ run: TrainingRun }>('TrainPayload').implement({
  description: 'The run that was started.',
  fields: (t) => ({ run: t.expose('run', { type: TrainingRunRef, description: 'Watch it by runStatus.' }) }),
});
const PredictPayload = builder.objectRef<{ run: PredictionRun }>('PredictPayload').implement({
  description: 'The run that was started.',
  fields: (t) => ({
    run: t.expose('run', {
      type: PredictionRunRef,
      description: 'Watch it by runStatus; then its `predictions`.',
    }),
  }),
});

builder.mutationFields((t) => ({
  train: t.field({
    type: TrainPayload,
    nullable: true,
    description: 'Has a service train a model. The run is remembered here, for the service forgets it.',
    extensions: { upstream: 'CHAPKIT' },
    args: { input: t.arg({ type: TrainInput, required: true, description: 'On what.' }) },
    resolve: (_, { input }, context) => train(input, context),
  }),
  predict: t.field({
    type: PredictPayload,
    nullable: true,
    description: 'Has a service predict with a model that it trained.',
    extensions: { upstream: 'CHAPKIT' },
    args: { input: t.arg({ type: PredictInput, required: true, description: 'For what.' }) },
    resolve: (_, { input }, context) => predict(input, context),
  }),
}));
