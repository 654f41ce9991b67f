import { MlgraphError } from '../domain/errors.ts';
import type { Page } from '../domain/paging.ts';
import type { MergedPage, Provider, SourceReport } from '../domain/providers.ts';

const answered = (provider: Provider): SourceReport => ({
  provider,
  service: null,
  ok: true,
  code: null,
  message: null,
  retryAfterSeconds: null,
  claims: null,
  consentUrl: null,
});

/** An expected failure of one upstream as its report. A bug, a refused credential or bad input is no report: thrown on. */
function failed(provider: Provider, error: unknown): SourceReport {
  if (!(error instanceof MlgraphError)) throw error;
  if (error.code === 'UNAUTHENTICATED' || error.code === 'BAD_USER_INPUT') throw error;
  const { retryAfterSeconds, claims, consentUrl } = error.details;
  return {
    ...answered(provider),
    ok: false,
    code: error.code,
    message: error.message,
    retryAfterSeconds: retryAfterSeconds ?? null,
    claims: claims ?? null,
    consentUrl: consentUrl ?? null,
  };
}

const nothing = { edges: [], endCursor: null, hasNextPage: false, hasPreviousPage: false };

/** One upstream's page as a merged one: its failure leaves a report, not an error page. */
export async function reported<T>(provider: Provider, read: () => Promise<Page<T>>): Promise<MergedPage<T>> {
  try {
    return { ...(await read()), sources: [answered(provider)] };
  } catch (error) {
    return { ...nothing, sources: [failed(provider, error)] };
  }
}

/** The page of a filter that leaves no upstream to ask. */
export const noSources = <T>(): MergedPage<T> => ({
  ...nothing,
  sources: [] as SourceReport[],
  edges: [] as Page<T>['edges'],
});
