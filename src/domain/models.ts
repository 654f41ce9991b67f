import type { Provider, Tag } from './providers.ts';

/** One version of a model registered in Azure ML. */
export type RegisteredModel = {
  kind: 'REGISTERED';
  id: string;
  provider: Provider;
  name: string;
  version: string | null;
  createdAt: Date | null;
  tags: Tag[];
  description: string | null;
  /** The upstream's word: mlflow_model, custom_model, triton_model. */
  format: string | null;
  uri: string | null;
  /** Name of the run it was registered from. */
  run: string | null;
};
/** A model that a Chapkit service trained: its training's artifact. */
export type ServiceModel = {
  kind: 'SERVICE_MODEL';
  id: string;
  provider: Provider;
  name: string;
  version: string | null;
  createdAt: Date | null;
  tags: Tag[];
  service: string;
  /** Key of the artifact. */
  artifact: string;
};
export type Model = RegisteredModel | ServiceModel;

export type ModelFilter = {
  provider?: Provider[] | null;
  nameContains?: string | null;
  service?: string | null;
};

export type ModelRegistration = {
  name: string;
  description: string | null;
  tags: Tag[];
  /** Name of the trial or job whose model it is. */
  run: string;
};
