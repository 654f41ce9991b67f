import { type DocumentNode, getOperationAST, Kind, type SelectionSetNode } from 'graphql';

/** The root fields that need no credential. */
const publicFields = {
  query: ['__typename', '__schema', '__type', 'health'],
  mutation: ['__typename'],
  subscription: ['__typename'],
} as const;

/**
 * Whether every root field of the operation is public: by field name, so that no alias hides one, and through
 * fragments. A field that `@skip` would leave out counts as asked for. The document must be valid.
 */
export function isPublic(document: DocumentNode, operationName?: string | null): boolean {
  const operation = getOperationAST(document, operationName);
  if (!operation) return true; // Execution refuses it, and runs nothing.
  const allowed: readonly string[] = publicFields[operation.operation];
  return rootFields(operation.selectionSet, fragmentsOf(document)).every((name) => allowed.includes(name));
}

type Fragments = Map<string, SelectionSetNode>;

const fragmentsOf = ({ definitions }: DocumentNode): Fragments =>
  new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition.selectionSet]] : [],
    ),
  );

/** Each fragment is entered once (and so leaves `fragments`): they may spread each other in two to the many ways. */
function rootFields({ selections }: SelectionSetNode, fragments: Fragments): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(selection.selectionSet, fragments);
    const spread = fragments.get(selection.name.value);
    fragments.delete(selection.name.value);
    return spread ? rootFields(spread, fragments) : [];
  });
}
