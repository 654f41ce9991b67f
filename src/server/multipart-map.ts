import type { FileUpload } from '../domain/datasets.ts';
import { httpError } from './http-errors.ts';

/** GraphQL over HTTP's parameters of one operation, not yet checked. */
export type OperationParams = Record<string, unknown>;

/** Where the one file of a request belongs: the part's name, and the path from the top of `operations`. */
export type FilePlace = { part: string; path: string[] };

const refuse = (message: string): never => {
  throw httpError(400, message);
};

/** @throws a GraphQLError unless the field holds one operation, as JSON. */
export function parseOperations(text: string): OperationParams {
  const value = parseJson('operations', text);
  if (Array.isArray(value)) return refuse('Multipart: batches of operations are not supported.');
  return isObject(value) ? value : refuse('Multipart: `operations` must be a JSON object.');
}

/** @throws a GraphQLError unless the field names one file and one path to it; null where it names none. */
export function parseMap(text: string): FilePlace | null {
  const value = parseJson('map', text);
  if (!isObject(value)) return refuse('Multipart: `map` must be a JSON object.');
  const [entry, ...more] = Object.entries(value);
  if (more.length > 0) return refuse('Multipart: one file per request.');
  if (!entry) return null;
  const [part, paths] = entry;
  if (!Array.isArray(paths) || paths.length !== 1 || typeof paths[0] !== 'string')
    return refuse(`Multipart: \`map\` must give "${part}" a list of one path, such as ["variables.file"].`);
  return { part, path: paths[0].split('.') };
}

/** Puts the file where `map` says. @throws a GraphQLError unless there is a null in that place. */
export function placeFile(operations: OperationParams, place: FilePlace, file: FileUpload): void {
  const path = place.path.join('.');
  const parent = place.path.slice(0, -1).reduce<unknown>(ownValue, operations);
  const last = place.path.at(-1) ?? '';
  if (place.path[0] !== 'variables' || ownValue(parent, last) !== null)
    refuse(`Multipart: \`operations\` must hold null at "${path}".`);
  (parent as Record<string, unknown>)[last] = file;
}

/** Own properties only, so that no path reaches a prototype. */
const ownValue = (holder: unknown, key: string): unknown =>
  typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key)
    ? (holder as Record<string, unknown>)[key]
    : undefined;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(field: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse(`Multipart: \`${field}\` is not valid JSON.`);
  }
}
