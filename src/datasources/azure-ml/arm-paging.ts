import type { z } from 'zod';
import { MlgraphError } from '../../domain/errors.ts';
import type { UpstreamPage } from '../../domain/paging.ts';
import type { Connection } from './connection.ts';
import { armList } from './wire.ts';

/**
 * One page of an ARM list. `token` is the `$skip` of the page before: of a `nextLink` nothing else is kept, and none
 * of another host is believed (contract section 17, 6).
 */
export async function armPage<T extends z.ZodType>(
  { arm, settings }: Connection,
  list: { path: string; item: T; query?: Record<string, string | number | boolean | undefined> },
  token: string | null,
): Promise<UpstreamPage<z.infer<T>>> {
  const query = { ...list.query, ...(token === null ? {} : { $skip: token }) };
  const { value, nextLink } = await arm({
    method: 'GET',
    path: list.path,
    query,
    schema: armList(list.item),
  });
  return { items: value as z.infer<T>[], next: nextLink ? skipOf(nextLink, settings.armEndpoint) : null };
}

function skipOf(nextLink: string, armEndpoint: string): string {
  const url = URL.parse(nextLink);
  const skip = url?.searchParams.get('$skip');
  if (!url || url.origin !== new URL(armEndpoint).origin || !skip) {
    throw new MlgraphError('UPSTREAM_ERROR', 'arm answered with a next page that cannot be followed.', {
      upstream: 'arm',
    });
  }
  return skip;
}
