export const providers = [
  'AZURE_ML',
  'CHAPKIT',
  'AZURE_FOUNDRY',
  'DATABRICKS',
  'THREESCALE',
  'LOCAL',
] as const;
export type Provider = (typeof providers)[number];

/** What one upstream contributed to a merged answer: which failed, and how, while the others answered. */
export type SourceReport = {
  provider: Provider;
  service: string | null;
  ok: boolean;
  code: import('./errors.ts').ErrorCode | null;
  message: string | null;
  retryAfterSeconds: number | null;
  claims: string | null;
  consentUrl: string | null;
};

export type Tag = { name: string; value: string };
