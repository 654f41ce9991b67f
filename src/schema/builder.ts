import SchemaBuilder from '@pothos/core';
import type { Context } from '../context.ts';
import type { FileUpload } from '../domain/datasets.ts';
import { DateTimeScalar, FileScalar, JSONScalar, SafeIntScalar } from './scalars.ts';

/** The schema builder: fields are non-null unless they say otherwise. No types are defined here. */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: unknown; Output: unknown };
    SafeInt: { Input: number; Output: number };
    File: { Input: FileUpload; Output: never };
  };
}>({ defaultFieldNullability: false });

builder.queryType({
  description: 'What can be read. Everything is read as the caller, with their own rights.',
});
builder.mutationType({
  description:
    'What can be done. Each is done as the caller; one that fails leaves the answers of the others.',
});
builder.subscriptionType({
  description:
    'What can be watched. Every event carries a cursor: pass the last one seen as `after` to go on without a gap.',
});

builder.addScalarType('DateTime', DateTimeScalar);
builder.addScalarType('JSON', JSONScalar);
builder.addScalarType('SafeInt', SafeIntScalar);
builder.addScalarType('File', FileScalar);
