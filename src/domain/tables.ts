/** A cell is text, a number, a truth value or nothing; whole numbers beyond 2^53 and SQL decimals stay text. */
export type Cell = string | number | boolean | null;
export type Column = { name: string; type: string };
/** `rowCount` counts all rows upstream, where it says; `truncated` when some of them are not in `rows`. */
export type Table = { columns: Column[]; rows: Cell[][]; rowCount: number | null; truncated: boolean };
/** As a client hands it in: rows are checked to be as long as `columns`. */
export type TableInput = { columns: string[]; rows: Cell[][] };
