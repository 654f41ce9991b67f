import { getNamedType, isInterfaceType, isNonNullType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';

const roots = ['Query', 'Mutation', 'Subscription'];

/** A field that makes a call of its own is nullable, and has a resolver of its own. */
const callers = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) || isInterfaceType(type))
  .filter(({ name }) => !name.startsWith('__') && !roots.includes(name))
  .flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ resolve }) => resolve !== undefined)
      .filter((field) => !isNonNullType(field.type))
      .map((field) => ({ name: `${type.name}.${field.name}`, field })),
  );

test('each field that may make a call of its own says what it weighs', () => {
  expect(callers.length).toBeGreaterThan(50);
  const silent = callers.filter(({ field }) => field.extensions.cost === undefined);
  expect(silent.map(({ name }) => name)).toEqual([]);
});

test('a field weighs the same in every type that has it from an interface, unless it says otherwise', () => {
  const weightOf = (type: string, field: string) => {
    const of = schema.getType(type);
    return isObjectType(of) || isInterfaceType(of) ? of.getFields()[field]?.extensions.cost : undefined;
  };
  expect(weightOf('Run', 'logs')).toBe(2);
  expect(weightOf('TrialRun', 'logs')).toBe(2);
  expect(weightOf('AutoMLRun', 'logs')).toBe(3);
  expect(weightOf('ServiceModel', 'run')).toBe(1);
  expect(weightOf('RegisteredModel', 'run')).toEqual({ page: 1 });
});

test('whatever is a page is called a Connection, and nothing else is', () => {
  const connections = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && 'pageInfo' in type.getFields(),
  );
  expect(connections.length).toBeGreaterThan(10);
  for (const { name } of connections) expect(name).toMatch(/Connection$/);
  for (const type of Object.values(schema.getTypeMap()))
    if (type.name.endsWith('Connection')) expect(connections).toContain(getNamedType(type));
});
