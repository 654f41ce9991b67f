/** `1`: a user key. `2`: an application's id with its keys. `oidc`: an OpenID Connect client. */
export type BackendVersion = '1' | '2' | 'oidc';

/** A product of the provider; the ids are fixed, so that what belongs to it outlives a restart. */
export type Product = {
  id: number;
  name: string;
  systemName: string;
  description: string;
  backendVersion: BackendVersion;
  /** Where its gateway looks for a caller's key. */
  credentialsLocation: 'headers' | 'query' | 'authorization';
  userKeyName: string;
  /** Whether accounts can subscribe to it. */
  open: boolean;
};
export type Plan = {
  id: number;
  serviceId: number;
  name: string;
  approvalRequired: boolean;
  /** At first: which one is the default can be changed. */
  byDefault: boolean;
  published: boolean;
};

const usual = {
  backendVersion: '1',
  credentialsLocation: 'headers',
  userKeyName: 'user_key',
  open: true,
} as const;

/** In the order of their ids, as they are listed. */
export const products: readonly Product[] = [
  {
    ...usual,
    id: 7,
    name: 'Topic Model',
    systemName: 'topic_model',
    description: 'Finds the topics of a collection of texts.',
  },
  {
    ...usual,
    id: 8,
    name: 'Document Vision',
    systemName: 'document_vision',
    description: 'Reads scanned documents.',
    backendVersion: '2',
  },
  {
    ...usual,
    id: 9,
    name: 'Disease Forecast',
    systemName: 'disease-forecast-api',
    description: 'Forecasts cases of a disease from rainfall and temperature.',
    userKeyName: 'X-API-Key',
  },
  {
    ...usual,
    id: 10,
    name: 'Credit Scoring',
    systemName: 'credit_scoring',
    description: 'Scores applications for credit; each customer is approved first.',
  },
  {
    ...usual,
    id: 11,
    name: 'Legacy Ranker',
    systemName: 'legacy_ranker',
    description: 'Ranks search results; nobody has made a plan for it.',
  },
  {
    ...usual,
    id: 12,
    name: 'Anomaly Scanner',
    systemName: 'anomaly_scanner',
    description: 'Looks for outliers in time series.',
  },
  {
    ...usual,
    id: 13,
    name: 'Anomaly Scanner',
    systemName: 'anomaly_scanner_eu',
    description: 'The same in the European region.',
    backendVersion: '2',
    credentialsLocation: 'query',
  },
  {
    ...usual,
    id: 14,
    name: 'Internal Benchmark',
    systemName: 'internal_benchmark',
    description: 'For the owners of the platform alone.',
    open: false,
  },
  {
    ...usual,
    id: 15,
    name: 'Speech to Text',
    systemName: 'speech_to_text',
    description: 'Writes down what is said.',
    backendVersion: 'oidc',
  },
];

const plain = { approvalRequired: false, byDefault: true, published: true };

export const plans: readonly Plan[] = [
  { ...plain, id: 21, serviceId: 7, name: 'Basic' },
  { ...plain, id: 22, serviceId: 7, name: 'Unlimited', byDefault: false },
  { ...plain, id: 23, serviceId: 8, name: 'Basic' },
  { ...plain, id: 24, serviceId: 9, name: 'Research' },
  { ...plain, id: 25, serviceId: 10, name: 'Reviewed', approvalRequired: true },
  { ...plain, id: 26, serviceId: 12, name: 'Draft', byDefault: false, published: false },
  { ...plain, id: 27, serviceId: 12, name: 'Basic', byDefault: false },
  { ...plain, id: 28, serviceId: 13, name: 'Basic' },
  { ...plain, id: 29, serviceId: 14, name: 'Basic' },
  { ...plain, id: 30, serviceId: 15, name: 'Basic' },
];
