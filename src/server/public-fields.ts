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
  return rootFields(operation.selectionSet, document).every((name) => allowed.includes(name));
}

function rootFields(selections: SelectionSetNode, document: DocumentNode): string[] {
  return selections.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(selection.selectionSet, document);
    const fragment = document.definitions.find(
      (definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value,
    );
    return fragment?.kind === Kind.FRAGMENT_DEFINITION ? rootFields(fragment.selectionSet, document) : [];
  });
}
