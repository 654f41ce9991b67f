import {
  type ExecutionResult,
  type GraphQLLeafType,
  type GraphQLObjectType,
  getArgumentValues,
  getNullableType,
  isAbstractType,
  isLeafType,
  isNonNullType,
  isObjectType,
  type validateSubscriptionArgs,
} from 'graphql';
import { collectFields, collectSubfields, type FieldDetailsList } from 'graphql/execution/collectFields.js';

export type ValidArgs = Extract<ReturnType<typeof validateSubscriptionArgs>, { schema: unknown }>;

type Resolve = (source: unknown) => unknown;
type Leaf = { name: string; resolve: Resolve; type: GraphQLLeafType; isNonNull: boolean };

/**
 * Executes the events of which a client selected nothing but leaves, such as the words of a reply: which fields these
 * are is the same for all events of one type, so graphql-js is asked once, and each event is a few reads. Gives null
 * for an event that it takes more to execute (objects, lists, what waits, fails, or asks for its context): graphql-js
 * is to execute that one, and the next ones of its type.
 */
export function createLeafEvents(args: ValidArgs): (event: unknown) => ExecutionResult | null {
  const root = attempt(() => rootOf(args));
  if (!root) return () => null;
  const leaves = new Map<string, readonly Leaf[] | null>();
  const leavesOf = (typeName: string) => {
    if (!leaves.has(typeName))
      leaves.set(
        typeName,
        attempt(() => collectLeaves(typeName, root.details, args)),
      );
    return leaves.get(typeName) ?? null;
  };
  return (event) => {
    const source = read(root.resolve, event);
    const typeName = source === undefined ? undefined : root.typeNameOf(source);
    const fields = typeof typeName === 'string' ? leavesOf(typeName) : null;
    const data = fields && readLeaves(fields, source);
    if (data) return { data: { [root.name]: data } };
    if (typeof typeName === 'string') leaves.set(typeName, null);
    return null;
  };
}

/** The one field of a subscription; null where its value is no object. */
function rootOf(args: ValidArgs) {
  const { schema, fragments, variableValues, operation, hideSuggestions, typeResolver } = args;
  const type = schema.getSubscriptionType();
  if (!type) return null;
  const { groupedFieldSet } = collectFields(
    schema,
    fragments,
    variableValues,
    type,
    operation.selectionSet,
    hideSuggestions,
  );
  const [[name, details] = []] = groupedFieldSet;
  const field = details && fieldOf(type, details, args);
  if (!field || !name || !isUsable(name)) return null;
  const returned = getNullableType(field.type);
  if (!isAbstractType(returned) && !isObjectType(returned)) return null;
  const typeNameOf = (source: unknown): unknown =>
    isObjectType(returned)
      ? returned.name
      : read(() => (returned.resolveType ?? typeResolver)(source, nothing, nothing as never, returned));
  return { name, details, resolve: field.resolve, typeNameOf };
}

/** Null where something else than leaves is selected. */
function collectLeaves(typeName: string, root: FieldDetailsList, args: ValidArgs): readonly Leaf[] | null {
  const { schema, fragments, variableValues, hideSuggestions } = args;
  const type = schema.getType(typeName);
  if (!isObjectType(type) || type.isTypeOf) return null;
  const { groupedFieldSet, newDeferUsages } = collectSubfields(
    schema,
    fragments,
    variableValues,
    type,
    root,
    hideSuggestions,
  );
  const leaves = [...groupedFieldSet].map(([name, details]) => leafOf(name, type, details, args));
  return newDeferUsages.length === 0 && leaves.every((leaf) => leaf !== null) ? leaves : null;
}

function leafOf(
  name: string,
  parent: GraphQLObjectType,
  details: FieldDetailsList,
  args: ValidArgs,
): Leaf | null {
  const field = fieldOf(parent, details, args);
  const type = field && getNullableType(field.type);
  if (!field || !isLeafType(type) || !isUsable(name)) return null;
  return { name, resolve: field.resolve, type, isNonNull: isNonNullType(field.type) };
}

function fieldOf(parent: GraphQLObjectType, [details]: FieldDetailsList, args: ValidArgs) {
  if (!details) return null;
  const { schema, variableValues, hideSuggestions, fieldResolver } = args;
  const field = schema.getField(parent, details.node.name.value);
  if (!field) return null;
  const given = getArgumentValues(
    field,
    details.node,
    variableValues,
    details.fragmentVariableValues,
    hideSuggestions,
  );
  const resolve = field.resolve ?? fieldResolver;
  const info = { fieldName: field.name, parentType: parent } as never;
  return { type: field.type, resolve: (source: unknown) => resolve(source, given, nothing, info) };
}

/** What fails here fails in the execution too, which then tells of it. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

/** Given as the context: who asks anything of it is executed in full. */
const nothing = undefined;

/** As the name of a property it would be taken for the prototype. */
const isUsable = (name: string) => name !== '__proto__';

/** Null where one of them is out of the ordinary. */
function readLeaves(leaves: readonly Leaf[], source: unknown): Record<string, unknown> | null {
  const data: Record<string, unknown> = {};
  for (const { name, resolve, type, isNonNull } of leaves) {
    const value = read(resolve, source);
    if (value === undefined || (value === null && isNonNull)) return null;
    const coerced = value === null ? null : read((given) => type.coerceOutputValue(given), value);
    if (coerced === undefined || (coerced === null && value !== null)) return null;
    data[name] = coerced;
  }
  return data;
}

/** Undefined where it fails, or gives nothing at once. */
function read(resolve: Resolve, source?: unknown): unknown {
  try {
    const value = resolve(source);
    if (value instanceof Error) return undefined;
    if (typeof (value as { then?: unknown } | null)?.then !== 'function') return value;
    Promise.resolve(value).catch(() => undefined); // The execution in full tells of it.
  } catch {
    // The same.
  }
  return undefined;
}
