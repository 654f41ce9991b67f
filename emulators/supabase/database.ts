/** One statement; values are bound as text, and columns are to be read as such. Throws DatabaseError. */
export type Query = (
  sql: string,
  values?: readonly (string | null)[],
) => Promise<Record<string, string | null>[]>;

/** A PostgreSQL that holds the migrations. */
export type Database = {
  /**
   * Runs `work` in a transaction of its own, begun as `authenticator`, which may do nothing but switch to the roles
   * of the API. Rolled back when it throws; throws DatabaseError.
   */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
  /** The same as the owner of the database, whom no policy binds: for the catalogue and for tests. */
  administer<T>(work: (query: Query) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** What PostgreSQL says is wrong. */
export class DatabaseError extends Error {
  /** SQLSTATE. */
  readonly code: string;
  readonly details: string | null;
  readonly hint: string | null;

  constructor(raised: { code: string; message: string; detail?: string | null; hint?: string | null }) {
    super(raised.message);
    this.code = raised.code;
    this.details = raised.detail ?? null;
    this.hint = raised.hint ?? null;
  }
}

/** A driver's error as ours, without the statement and its values; anything else as it is. */
export function databaseError(error: unknown): unknown {
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return error;
  const { code, detail, hint } = error as Error & { code: unknown; detail?: string; hint?: string };
  return new DatabaseError({ code: String(code), message: error.message, detail, hint });
}
