import { badInput } from '../../domain/errors.ts';

type Dated = { createdAt: Date; key: string };

/** Where a row stands in a list that is newest first, and by key where times are equal. */
export const placeOf = ({ createdAt, key }: Dated): string => JSON.stringify([createdAt.getTime(), key]);

/** @throws BAD_USER_INPUT for `after`: places come back from clients. */
export function readPlace(place: string): Dated {
  try {
    const [at, key] = JSON.parse(place) as unknown[];
    if (Number.isSafeInteger(at) && typeof key === 'string') {
      const createdAt = new Date(at as number);
      if (!Number.isNaN(createdAt.getTime())) return { createdAt, key };
    }
  } catch {
    // Falls through: what is no JSON is no place either.
  }
  throw badInput('after', 'after: not a cursor of this list.');
}

export const isBehind = (row: Dated, place: Dated): boolean =>
  row.createdAt < place.createdAt ||
  (row.createdAt.getTime() === place.createdAt.getTime() && row.key < place.key);
