import { type EmulatorRequest, ReplyError } from '../../kit/server.ts';
import type { Call } from '../call.ts';
import { invalid } from './errors.ts';
import { asObject, type Check, type Issue, issue, type Loc, missing } from './issues.ts';

/** `optional`: it may be left out; `nullable`: null says as much. */
type FieldOf<T> = { check: Check<T>; optional?: true; nullable?: true };
export type Fields<T> = { [name in keyof T]: FieldOf<T[name]> };
/** What of the fields was sent; those that were not are absent. */
export type Read<T> = { [name in keyof T]?: T[name] | null };

/** Reads the fields of one object in their order, pushing all that is wrong. */
export function readFields<T>(value: unknown, loc: Loc, issues: Issue[], fields: Fields<T>): Read<T> {
  const object = asObject(value, loc, issues);
  const read: Read<T> = {};
  if (object === null) return read;
  for (const name of Object.keys(fields) as (keyof T & string)[]) {
    const { check, optional, nullable } = fields[name];
    const given = object[name];
    if (given === undefined && !optional) issues.push(missing([...loc, name], object));
    if (given === undefined) continue;
    read[name] = given === null && nullable ? null : check(given, [...loc, name], issues);
  }
  return read;
}

/** The JSON of the body. Throws 422 for none, and for what is none. */
export async function bodyOf(call: Call): Promise<unknown> {
  const bytes = await call.request.body();
  if (bytes.length === 0) throw invalid(call, [missing(['body'], null)]);
  return (await parsed(call.request)) ?? null;

  async function parsed(request: EmulatorRequest): Promise<unknown> {
    return await request.json().catch((error) => {
      if (!(error instanceof ReplyError)) throw error;
      const ctx = { error: 'Expecting value' };
      throw invalid(call, [issue('json_invalid', ['body', bytes.length], 'JSON decode error', {}, ctx)]);
    });
  }
}

/** The body's fields. Throws 422 with everything that is wrong. */
export async function readBody<T>(call: Call, fields: Fields<T>): Promise<Read<T>> {
  const issues: Issue[] = [];
  const read = readFields(await bodyOf(call), ['body'], issues, fields);
  if (issues.length > 0) throw invalid(call, issues);
  return read;
}

/** One parameter of the query; null when it is not there. Throws 422. */
export function queryOf<T>(call: Call, name: string, check: Check<T>): T | null {
  const given = call.query.get(name);
  if (given === null) return null;
  const issues: Issue[] = [];
  const read = check(given, ['query', name], issues);
  if (issues.length > 0) throw invalid(call, issues);
  return read;
}
