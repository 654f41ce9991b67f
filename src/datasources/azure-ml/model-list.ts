import { z } from 'zod';
import { badInput } from '../../domain/errors.ts';
import type { Row, Slice, SliceRequest } from '../../domain/merged-paging.ts';
import type { RegisteredModel } from '../../domain/models.ts';
import type { UpstreamPage } from '../../domain/paging.ts';
import { toDate } from './values.ts';
import type { ModelContainer } from './wire.ts';

/** How the list is read. */
export type ModelReads = {
  /** A page of the containers, in an order that ARM does not promise. */
  page(token: string | null): Promise<UpstreamPage<ModelContainer>>;
  /** When the latest version was made (milliseconds since the epoch); null where nobody says. */
  latestAt(container: ModelContainer): Promise<number | null>;
  /** When the version was made that was the latest at a time. */
  latestAtTime(container: ModelContainer, time: number): Promise<number | null>;
  latest(container: ModelContainer): Promise<RegisteredModel>;
};

/**
 * Newest first, where no plane gives models in that order: containers are read by the block, and sorted here. So are
 * all of a workspace of up to 200 models; in a larger one, each block of 200 by itself.
 */
const blockSize = 200;
const maxPages = 20;

/**
 * `token` begins the block, `told` is the last model told of it. `since` is when the newest version of the first block
 * was made: a model that got another version since keeps the place that it had.
 */
type Place = { token: string | null; told: Key | null; since: number | null };
/** Milliseconds since the epoch, minus infinity where nobody says; and a name. */
type Key = { at: number; name: string };
type Keyed = Key & { container: ModelContainer };

export async function listByAge(
  reads: ModelReads,
  keep: (container: ModelContainer) => boolean,
  { after, limit }: SliceRequest,
): Promise<Slice<RegisteredModel>> {
  const place = after === null ? { token: null, told: null, since: null } : readPlace(after);
  const block = await readBlock(reads, place.token);
  const keyed = await Promise.all(
    block.items.filter(keep).map((container) => keyOf(reads, container, place)),
  );
  const since = place.since ?? newestOf(keyed);
  const { told } = place;
  const behind = keyed.toSorted(compare).filter((key) => !told || compare(key, told) > 0);
  const shown = behind.slice(0, limit);
  const rows = await Promise.all(
    shown.map(async ({ at, name, container }): Promise<Row<RegisteredModel>> => {
      const next = printPlace({ token: place.token, told: { at, name }, since });
      return {
        node: await reads.latest(container),
        at: Number.isFinite(at) ? new Date(at) : null,
        place: next,
      };
    }),
  );
  if (behind.length > shown.length) return { rows, next: rows.at(-1)?.place ?? null };
  return { rows, next: block.next === null ? null : printPlace({ token: block.next, told: null, since }) };
}

async function readBlock(reads: ModelReads, start: string | null): Promise<UpstreamPage<ModelContainer>> {
  const items: ModelContainer[] = [];
  let next = start;
  for (let page = 0; page < maxPages && items.length < blockSize; page++) {
    const read = await reads.page(next);
    items.push(...read.items);
    next = read.next;
    if (next === null) break;
  }
  return { items, next };
}

async function keyOf(reads: ModelReads, container: ModelContainer, { since }: Place): Promise<Keyed> {
  const { name } = container;
  const at = await reads.latestAt(container);
  const made = toDate(container.systemData?.createdAt)?.getTime();
  const hasNewVersion = at !== null && since !== null && at > since && made !== undefined && made <= since;
  const then = hasNewVersion ? await reads.latestAtTime(container, since) : at;
  return { container, name, at: then ?? Number.NEGATIVE_INFINITY };
}

const newestOf = (keys: readonly Key[]): number | null => {
  const newest = Math.max(...keys.map(({ at }) => at));
  return Number.isFinite(newest) ? newest : null;
};

const compare = (a: Key, b: Key): number => {
  if (a.at !== b.at) return a.at > b.at ? -1 : 1;
  return a.name < b.name ? -1 : Number(a.name > b.name);
};

const time = z.number().int().nullable();
const placeShape = z.tuple([z.string().nullable(), z.tuple([time, z.string()]).nullable(), time]);

const printPlace = ({ token, told, since }: Place): string =>
  JSON.stringify([token, told && [Number.isFinite(told.at) ? told.at : null, told.name], since]);

/** @throws BAD_USER_INPUT where the cursor was made by somebody else. */
function readPlace(text: string): Place {
  const [token, told, since] = parsed(text);
  return { token, since, told: told && { at: told[0] ?? Number.NEGATIVE_INFINITY, name: told[1] } };
}

function parsed(text: string): z.infer<typeof placeShape> {
  try {
    return placeShape.parse(JSON.parse(text));
  } catch {
    throw badInput('after', 'after: not a cursor of this list.');
  }
}
