import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getOperationAST,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { defaultPageSize } from '../domain/paging.ts';
import { type ArgumentReader, argumentReader, type Variables } from './cost-arguments.ts';
import {
  add,
  addSet,
  type Load,
  loadOfList,
  loadOfOne,
  loadOfPage,
  nothing,
  type SetLoad,
} from './cost-loads.ts';

/**
 * What a field weighs, by its extension `cost`: about as many upstream calls as it makes. With `page` it is asked of all
 * objects of a page (or list) at once, and weighs so much for all of them together.
 */
export type Weight = number | { page: number };

/** What a root field weighs that does not say so: what is done or watched costs more than what is read. */
const rootWeights = { query: 1, mutation: 10, subscription: 10 } as const;
/** How many are expected in a list whose size nobody asks for. */
const listSize = 10;
/** Selections within selections; nothing of this API is nested nearly as deep. */
const maxDepth = 200;
/** Fragments within fragments, in every place where they are spread: what spreads more costs too much. */
const maxSpreads = 10_000;

export type Asked = { document: DocumentNode; operationName?: string | null; variables?: Variables };

/**
 * What an operation costs: about the upstream calls it makes at most, and 1 at least. What stands below a page counts as
 * often as the page may have items (`first` or `last`, 25 without), below a list of ids as often as there are ids, below
 * any other list 10 times; a page weighs anew for each 25 items that it may have. What `@skip` and `@include` leave out
 * counts nothing; of types that exclude each other all count. A subscription costs as much as one of its events, and its
 * weight. The document must be valid; 0 where it has no such operation.
 */
export function costOf(schema: GraphQLSchema, { document, operationName, variables = {} }: Asked): number {
  const operation = getOperationAST(document, operationName);
  if (!operation) return 0;
  const pricing = new Pricing(schema, document, argumentReader(operation, variables));
  const { each, page } = pricing.load(operation.selectionSet, schema.getRootType(operation.operation));
  return Math.min(Math.max(1, each + page), Number.MAX_SAFE_INTEGER);
}

type Type = GraphQLNamedType | null | undefined;
type Field = GraphQLField<unknown, unknown>;
/** What a selection set itself selects, and the fragments that it spreads. */
type Own = { load: SetLoad; spreads: string[] };

/** Each selection set is looked at once, in however many places its fragment is spread. */
class Pricing {
  readonly #schema: GraphQLSchema;
  readonly #args: ArgumentReader;
  readonly #fragments: ReturnType<typeof fragmentsOf>;
  readonly #own = new Map<SelectionSetNode, Own>();
  readonly #roots: ReadonlyMap<Type, number>;
  #depth = 0;
  #spreads = 0;

  constructor(schema: GraphQLSchema, document: DocumentNode, args: ArgumentReader) {
    this.#schema = schema;
    this.#args = args;
    this.#fragments = fragmentsOf(document);
    const roots = ['query', 'mutation', 'subscription'] as const;
    this.#roots = new Map(roots.map((root) => [schema.getRootType(root), rootWeights[root]]));
  }

  /** With the fragments that the set spreads, each counted once, as execution does. */
  load(set: SelectionSetNode, type: Type): SetLoad {
    const { load, spreads } = this.#ownOf(set, type);
    if (spreads.length === 0) return load;
    const sum = nothing();
    addSet(sum, load);
    const reached = new Set(spreads);
    for (const name of reached) {
      const fragment = this.#fragments.get(name);
      if (!fragment) continue;
      if (++this.#spreads > maxSpreads) return beyond.load;
      const own = this.#ownOf(fragment.selectionSet, this.#schema.getType(fragment.typeCondition.name.value));
      addSet(sum, own.load);
      for (const next of own.spreads) reached.add(next);
    }
    return sum;
  }

  #ownOf(set: SelectionSetNode, type: Type): Own {
    let own = this.#own.get(set);
    if (own) return own;
    if (this.#depth === maxDepth) return beyond;
    this.#depth++;
    own = { load: nothing(), spreads: [] };
    for (const selection of set.selections) {
      if (!this.#args.isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) this.#addField(own.load, selection, type);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) own.spreads.push(selection.name.value);
      else {
        const name = selection.typeCondition?.name.value;
        const inline = this.#ownOf(selection.selectionSet, name ? this.#schema.getType(name) : type);
        addSet(own.load, inline.load);
        own.spreads.push(...inline.spreads);
      }
    }
    this.#depth--;
    this.#own.set(set, own);
    return own;
  }

  #addField(sum: SetLoad, node: FieldNode, type: Type): void {
    const name = node.name.value;
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    // What is asked of the schema itself costs no call.
    if (!field) return;
    const below = node.selectionSet ? this.load(node.selectionSet, getNamedType(field.type)) : nothing();
    if (isConnection(type) && (name === 'nodes' || name === 'edges')) add(sum.items, below);
    else add(sum, this.#loadOf(node, field, this.#weightOf(field, type), below));
  }

  #loadOf(node: FieldNode, field: Field, weight: Load, below: SetLoad): Load {
    if (isConnection(getNamedType(field.type))) return loadOfPage(weight, below, this.#pageSizeOf(node));
    if (!isListType(getNullableType(field.type))) return loadOfOne(weight, below);
    const byIds = field.args.some(({ name }) => name === 'ids');
    const size = byIds ? this.#args.lengthOf(node, 'ids') : listSize;
    return loadOfList(weight, below, size, byIds);
  }

  #pageSizeOf(node: FieldNode): number {
    const asked = ['first', 'last'].flatMap((name) => this.#args.numberOf(node, name) ?? []);
    return asked.length > 0 ? Math.max(0, ...asked) : defaultPageSize;
  }

  #weightOf({ extensions, type }: Field, parent: Type): Load {
    const usual = this.#roots.get(parent) ?? (isConnection(getNamedType(type)) ? 1 : 0);
    const weight = (extensions.cost as Weight | undefined) ?? usual;
    return typeof weight === 'number' ? { each: weight, page: 0 } : { each: 0, page: weight.page };
  }
}

const beyond: Own = { load: { ...nothing(), each: Number.POSITIVE_INFINITY }, spreads: [] };

const isConnection = (type: Type) => type?.name.endsWith('Connection') ?? false;

const fragmentsOf = ({ definitions }: DocumentNode) =>
  new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
