import { MlgraphError } from '../domain/errors.ts';
import type { Page } from '../domain/paging.ts';
import type { MergedPage, Provider, SourceReport } from '../domain/providers.ts';

/** What is reported on: a platform, or one service of a platform that has several. */
export type Reported = { provider: Provider; service: string | null };

export const azure: Reported = { provider: 'AZURE_ML', service: null };

export const answered = ({ provider, service }: Reported): SourceReport => ({
  provider,
  service,
  ok: true,
  code: null,
  message: null,
  retryAfterSeconds: null,
  claims: null,
  consentUrl: null,
});

/**
 * An expected failure of one upstream as its report.
 * @throws the error itself where it is no report: a bug, a refused credential or bad input.
 */
export function failed(source: Reported, error: unknown): SourceReport {
  if (!(error instanceof MlgraphError)) throw error;
  if (error.code === 'UNAUTHENTICATED' || error.code === 'BAD_USER_INPUT') throw error;
  const { retryAfterSeconds, claims, consentUrl } = error.details;
  return {
    ...answered(source),
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
export async function reported<T>(source: Reported, read: () => Promise<Page<T>>): Promise<MergedPage<T>> {
  try {
    return { ...(await read()), sources: [answered(source)] };
  } catch (error) {
    return { ...nothing, sources: [failed(source, error)] };
  }
}
