import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValueNode,
} from 'graphql';

/** As the client sent them. */
export type Variables = Readonly<Record<string, unknown>>;

/** Reads the few arguments that say how much is asked for. What is no such value is refused later: it counts as absent. */
export type ArgumentReader = {
  numberOf(field: FieldNode, name: string): number | null;
  /** Of a list; one value without brackets is a list of one. */
  lengthOf(field: FieldNode, name: string): number;
  /** By `@skip` and `@include`. */
  isIncluded(selection: SelectionNode): boolean;
};

export function argumentReader(operation: OperationDefinitionNode, variables: Variables): ArgumentReader {
  const defaults = new Map(
    operation.variableDefinitions?.map(({ variable, defaultValue }) => [variable.name.value, defaultValue]),
  );
  const read = (node: ValueNode | undefined): unknown => {
    if (!node || node.kind === Kind.NULL) return null;
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind === Kind.LIST) return node.values;
    if (node.kind !== Kind.VARIABLE) return 'value' in node ? node.value : node;
    const name = node.name.value;
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return given === undefined ? read(defaults.get(name)) : given;
  };
  const argument = (of: Pick<FieldNode, 'arguments'>, name: string) =>
    read(of.arguments?.find((each) => each.name.value === name)?.value);
  return {
    numberOf(field, name) {
      const value = argument(field, name);
      return Number.isInteger(value) ? (value as number) : null;
    },
    lengthOf(field, name) {
      const value = argument(field, name);
      if (Array.isArray(value)) return value.length;
      return value === null ? 0 : 1;
    },
    isIncluded: ({ directives }) =>
      (directives ?? []).every((directive) => {
        const name = directive.name.value;
        if (name !== 'skip' && name !== 'include') return true;
        return argument(directive, 'if') !== (name === 'skip');
      }),
  };
}
