import type { GenieSpace } from '../../domain/genie.ts';
import type { Page, PageRequest } from '../../domain/paging.ts';
import type { Connection } from './connection.ts';
import { nextOf, readPages } from './paging.ts';
import { isKey } from './places.ts';
import { toSpace } from './to-domain.ts';
import { space, spacePage } from './wire.ts';

/** Contract section 3.1: only those that this actor may see. */
export const listSpaces = ({ send, home }: Connection, page: PageRequest): Promise<Page<GenieSpace>> =>
  readPages(page, async (query) => {
    const call = { method: 'GET' as const, path: '/genie/spaces', query, schema: spacePage };
    const { spaces, next_page_token } = await send({ ...call, what: 'space' });
    const items = spaces.flatMap((row) => (isKey(row.space_id) ? [toSpace(row, row.space_id, home)] : []));
    return { items, next: nextOf(next_page_token) };
  });

export async function getSpace({ send, home, paths }: Connection, spaceKey: string): Promise<GenieSpace> {
  const path = paths.space(spaceKey);
  return toSpace(await send({ method: 'GET', path, schema: space, what: 'space' }), spaceKey, home);
}
