import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import type { FileUpload } from '../domain/datasets.ts';

const refuse = (message: string): never => {
  throw new GraphQLError(message);
};

const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

/** Reads an RFC 3339 date-time. `Date` alone would take 30 February for 1 March. */
function parseDateTime(value: unknown): Date {
  const parts = typeof value === 'string' ? rfc3339.exec(value) : null;
  if (parts === null) return refuse('DateTime must be a string such as "2026-01-31T12:00:00Z" (RFC 3339).');
  const [, year, month, day] = parts.map(Number) as [number, number, number, number];
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day < 1 || day > lastDay)
    return refuse(`DateTime names a day that does not exist: ${parts[0].slice(0, 10)}.`);
  return new Date(parts[0].toUpperCase());
}

export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A point in time, RFC 3339, in UTC: "2026-01-31T12:00:00.000Z".',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  coerceInputValue: parseDateTime,
  coerceOutputValue: (value) => (value instanceof Date ? value : parseDateTime(value)).toISOString(),
});

export const JSONScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value.',
  coerceInputValue: (value) => value,
  coerceOutputValue: (value) => value,
});

function parseSafeInt(value: unknown): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0)
    return refuse(`SafeInt must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}.`);
  return number;
}

export const SafeIntScalar = new GraphQLScalarType<number, number>({
  name: 'SafeInt',
  description: 'A whole number from 0 to 2^53-1: bytes, rows.',
  coerceInputValue: parseSafeInt,
  coerceInputLiteral: (node) => parseSafeInt(node.kind === Kind.INT ? Number(node.value) : undefined),
  coerceOutputValue: parseSafeInt,
});

const notAFile = () =>
  refuse(
    'File must be sent as a part of a GraphQL multipart request, with null in its place in the variables.',
  );

/** JSON cannot say an async iterable, so only the multipart reader makes what passes here. */
function isFileUpload(value: unknown): value is FileUpload {
  const stream: unknown = (value as Partial<FileUpload> | null)?.stream;
  return typeof stream === 'object' && stream !== null && Symbol.asyncIterator in stream;
}

export const FileScalar = new GraphQLScalarType<FileUpload, never>({
  name: 'File',
  description:
    'A file on its way in, by the GraphQL multipart request specification: `operations`, `map`, then the file.',
  specifiedByURL: 'https://github.com/jaydenseric/graphql-multipart-request-spec',
  coerceInputValue: (value) => (isFileUpload(value) ? value : notAFile()),
  coerceInputLiteral: notAFile,
  coerceOutputValue: () => refuse('File is an input only.'),
});
