import type { EmulatorRequest, Reply } from '../kit/server.ts';
import type { Access } from './access.ts';
import type { Catalogue } from './catalogue.ts';
import { type Database, DatabaseError, type Query } from './database.ts';
import type { Answer } from './sql/answer.ts';
import { databaseReply, refusal } from './wire/errors.ts';
import type { Media } from './wire/media.ts';
import type { Preferences } from './wire/preferences.ts';

/** One request whose headers have been understood. */
export type Exchange = {
  request: EmulatorRequest;
  access: Access;
  database: Database;
  catalogue: Catalogue;
  preferences: Preferences;
  media: Media;
  /** The hosted service cuts longer results silently. */
  maxRows: number | null;
};

/** Runs `work` in one transaction as the caller; an error of the database becomes its reply. */
export async function asCaller(
  { request, access, database }: Pick<Exchange, 'request' | 'access' | 'database'>,
  work: (query: Query) => Promise<Reply>,
): Promise<Reply> {
  try {
    return await database.transaction(async (query) => {
      await switchRole(query, access, request);
      return await work(query);
    });
  } catch (error) {
    if (error instanceof DatabaseError) return databaseReply(error, access.role);
    throw error;
  }
}

const readOnly = new Set(['GET', 'HEAD']);

async function switchRole(query: Query, { role, claims }: Access, request: EmulatorRequest): Promise<void> {
  try {
    await query(
      `select set_config('request.jwt.claims', $1, true), set_config('request.method', $2, true),
        set_config('request.path', $3, true), set_config('request.headers', $4, true),
        set_config('search_path', 'public', true), set_config('role', $5, true),
        set_config('transaction_read_only', $6, true)`,
      [
        JSON.stringify(claims),
        request.method,
        request.path.replace(/^\/rest\/v1/, ''),
        JSON.stringify(request.headers),
        role,
        readOnly.has(request.method) ? 'on' : 'off',
      ],
    );
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw refusal(error.code === '42501' ? 403 : 401, error);
  }
}

/** Headers of every answer with content or without. */
export function answerHeaders(
  { media, preferences }: Exchange,
  range: string | null,
): Record<string, string> {
  return {
    'content-type': media.type,
    ...(range === null ? {} : { 'content-range': range }),
    ...(preferences.applied === null ? {} : { 'preference-applied': preferences.applied }),
  };
}

/** Throws PGRST116 where one object was asked for and there is none or several: the transaction is rolled back. */
export function requireSingle({ media }: Exchange, { rows }: Pick<Answer, 'rows'>): void {
  if (!media.single || rows === 1) return;
  throw refusal(406, {
    code: 'PGRST116',
    message: 'Cannot coerce the result to a single JSON object',
    details: `The result contains ${rows} rows`,
  });
}

/** `0-9/42`: which rows these are, of how many. */
export function contentRange(offset: number, rows: number, total: number | null): string {
  return `${rows === 0 ? '*' : `${offset}-${offset + rows - 1}`}/${total ?? '*'}`;
}
