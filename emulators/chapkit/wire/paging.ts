import { type Reply, ReplyError } from '../../kit/server.ts';
import type { Call } from '../call.ts';
import { queryOf } from './body.ts';
import { invalid, json } from './errors.ts';
import { asInteger, type Bounds, type Issue, within } from './issues.ts';

/** All of them, or one page where both `page` and `size` are said. Throws 422 for pages there cannot be. */
export function listReply<T>(call: Call, items: T[], render: (item: T) => unknown): Reply {
  const newer = call.service.generation === 2;
  const { page, size } = newer ? boundedPage(call) : anyPage(call);
  if (page === null || size === null) return json(200, items.map(render));
  if (!newer) refuseBelowOne({ page, size });
  const shown = items.slice((page - 1) * size, page * size).map(render);
  const pages = Math.ceil(items.length / size);
  return json(200, { items: shown, total: items.length, page, size, pages });
}

type Page = { page: number | null; size: number | null };

const anyPage = (call: Call): Page => ({
  page: queryOf(call, 'page', asInteger),
  size: queryOf(call, 'size', asInteger),
});

function boundedPage(call: Call): Page {
  const issues: Issue[] = [];
  const read = (name: string, bounds: Bounds): number | null => {
    const given = call.query.get(name);
    return given === null ? null : within(asInteger, bounds)(given, ['query', name], issues);
  };
  const asked = { page: read('page', { ge: 1 }), size: read('size', { ge: 1, le: 100 }) };
  if (issues.length > 0) throw invalid(call, issues);
  return asked;
}

/** 1.x finds out when it makes its answer, and says so in a text. */
function refuseBelowOne(page: { page: number; size: number }): void {
  const wrong = Object.entries(page).filter(([, value]) => value < 1);
  if (wrong.length === 0) return;
  const told = wrong.map(
    ([name, value]) =>
      `\n${name}\n  Input should be greater than or equal to 1 [type=greater_than_equal, input_value=${value}, input_type=int]\n    For further information visit https://errors.pydantic.dev/2.14/v/greater_than_equal`,
  );
  const errors = `${wrong.length} validation error${wrong.length > 1 ? 's' : ''} for PaginatedResponse${told.join('')}`;
  throw new ReplyError(json(422, { detail: 'Validation error', errors }));
}
