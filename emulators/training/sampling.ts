import type { Row } from './job.ts';
import type { Random } from './random.ts';

/** Decides, row by row, which of a table's rows stay in memory. */
export type Keeper = { add(row: Row): void; kept(): Row[] };

/** At most `limit` rows, each row of the table as likely as every other (reservoir sampling, Vitter's R). */
export function reservoir(limit: number, random: Random): Keeper {
  const rows: Row[] = [];
  let seen = 0;
  return {
    add(row) {
      seen += 1;
      if (rows.length < limit) {
        rows.push(row);
        return;
      }
      const place = Math.floor(random() * seen);
      if (place < limit) rows[place] = row;
    },
    kept: () => rows,
  };
}

/** The `limit` newest rows in order of time; memory stays within twice the limit. */
export function mostRecent(limit: number, timeOf: (row: Row) => number): Keeper {
  let rows: Row[] = [];
  const prune = () => {
    rows = rows.sort((a, b) => timeOf(a) - timeOf(b)).slice(-limit);
  };
  return {
    add(row) {
      rows.push(row);
      if (rows.length >= 2 * limit) prune();
    },
    kept() {
      prune();
      return rows;
    },
  };
}
