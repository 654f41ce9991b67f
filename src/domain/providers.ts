import type { ErrorCode } from './errors.ts';
import type { Page } from './paging.ts';

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
  code: ErrorCode | null;
  message: string | null;
  retryAfterSeconds: number | null;
  claims: string | null;
  consentUrl: string | null;
};

export type Tag = { name: string; value: string };

/** A page that several upstreams contributed to. */
export type MergedPage<T> = Page<T> & { sources: SourceReport[] };
