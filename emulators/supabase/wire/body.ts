import type { EmulatorRequest } from '../../kit/server.ts';
import { refusal } from './errors.ts';

/** A body of JSON as it came, with the names in it. */
export type JsonBody = {
  text: string;
  /** Of the object, or of the array's first one. */
  keys: string[];
  /** Of an array. */
  isArray: boolean;
  /** Every object of the array has the same names. */
  uniform: boolean;
};

/** Reads an object, or an array of objects. Throws PGRST102. */
export async function readBody(request: EmulatorRequest, whenEmpty?: string): Promise<JsonBody> {
  const bytes = await request.body();
  const text = bytes.length === 0 && whenEmpty !== undefined ? whenEmpty : bytes.toString('utf8');
  const value = parse(text);
  const rows: unknown[] = Array.isArray(value) ? value : [value];
  if (!rows.every(isObject)) throw badBody('Empty or invalid json');
  const names = (row: object | undefined) => Object.keys(row ?? {}).sort();
  const first = JSON.stringify(names(rows[0]));
  return {
    text,
    keys: Object.keys(rows[0] ?? {}),
    isArray: Array.isArray(value),
    uniform: rows.every((row) => JSON.stringify(names(row)) === first),
  };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badBody('Empty or invalid json');
  }
}

/** PGRST102. */
export const badBody = (message: string) => refusal(400, { code: 'PGRST102', message });
