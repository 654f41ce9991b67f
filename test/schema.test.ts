import { readFileSync } from 'node:fs';
import {
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { errorCodes } from '../src/domain/errors.ts';
import { schema } from '../src/schema/index.ts';

const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

test('schema.graphql is what the code prints (npm run schema)', () => {
  const committed = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');
  expect(committed).toBe(`${printSchema(lexicographicSortSchema(schema))}\n`);
});

type Described = { name: string; description?: string | null };

/** A type, its fields and their arguments, each under its coordinate. */
function described(type: GraphQLNamedType): Described[] {
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return [type];
  const fields: (Described & { args?: readonly Described[] })[] = Object.values(type.getFields());
  const below = fields.flatMap(({ name, description, args = [] }) => {
    const coordinate = `${type.name}.${name}`;
    const own = args.map((arg) => ({ name: `${coordinate}(${arg.name}:)`, description: arg.description }));
    return [{ name: coordinate, description }, ...own];
  });
  return [type, ...below];
}

test('every type, field and argument says what it is', () => {
  const builtIn = new Set(['String', 'Int', 'Float', 'Boolean', 'ID']);
  const all = types.filter(({ name }) => !builtIn.has(name)).flatMap(described);
  expect(all.filter(({ description }) => !description).map(({ name }) => name)).toEqual([]);
});

test('the error codes of the schema are the closed family', () => {
  const type = schema.getType('ErrorCode');
  expect(
    isEnumType(type) &&
      type
        .getValues()
        .map(({ name }) => name)
        .sort(),
  ).toEqual([...errorCodes].sort());
});

test('every connection pages by first and after, and is nullable, for it makes an upstream call', () => {
  for (const type of types) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!getNamedType(field.type).name.endsWith('Connection')) continue;
      expect(
        field.args.map(({ name }) => name),
        `${type.name}.${field.name}`,
      ).toEqual(expect.arrayContaining(['first', 'after']));
      expect(String(field.type), `${type.name}.${field.name}`).not.toMatch(/!$/);
    }
  }
});

test('mutations are nullable and take one input, or nothing', () => {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    expect(String(field.type), field.name).toMatch(/Payload$/);
    expect(
      field.args.map(({ name }) => name),
      field.name,
    ).toEqual(field.name === 'syncAgents' ? [] : ['input']);
  }
});
