import { badInput, codeOf } from '../../domain/errors.ts';
import {
  collectPage,
  maxPageSize,
  type Page,
  type PageRequest,
  type UpstreamPage,
} from '../../domain/paging.ts';
import { unreadable } from './errors.ts';

type Query = { page_size: number; page_token?: string };

/**
 * A page of a list whose upstream pages `read` gives. They are as long as the first page that was asked for, so that
 * the next begins where a token of the service says, whatever came in since; and stay so, for a token is bound to the
 * query it came from (contract section 3.6).
 * @throws BAD_USER_INPUT for a token that the service did not make.
 */
export const readPages = <T>(
  page: PageRequest,
  read: (query: Query) => Promise<UpstreamPage<T>>,
): Promise<Page<T>> =>
  collectPage(page, async (place) => {
    const query: Query = place === null ? { page_size: page.first } : queryIn(place);
    const { items, next } = await read(query).catch((error: unknown) => {
      throw query.page_token && codeOf(error) === 'BAD_USER_INPUT' ? noCursor() : error;
    });
    if (next !== null && next === query.page_token) throw unreadable('a page that leads to itself');
    return { items, next: next === null ? null : `${query.page_size} ${next}` };
  });

/** The binding of a cursor is no secret: anything may stand in it. */
function queryIn(place: string): Required<Query> {
  const [, size, page_token] = /^(\d{1,3}) (.+)$/s.exec(place) ?? [];
  const page_size = Number(size);
  if (!page_token || page_size < 1 || page_size > maxPageSize) throw noCursor();
  return { page_size, page_token };
}

const noCursor = () => badInput('after', 'after: not a cursor of this list.');

/** Absent, null and the empty text all end a list. */
export const nextOf = (token: string | null | undefined): string | null => token || null;

type Dated = { createdAt: Date | null };

/** Newest first; what has no date stays behind. The service promises no order (contract section 3.6). */
export const newestFirst = <T extends Dated>(rows: T[]): T[] =>
  rows.toSorted((one, other) => (other.createdAt?.getTime() ?? 0) - (one.createdAt?.getTime() ?? 0));
