/** A name as SQL takes it whatever is in it. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const tableName = (name: string): string => `"public".${identifier(name)}`;

/** The values of one statement, each named in it by what `bind` gives. */
export type Bindings = { values: string[]; bind(value: string): string };

export function createBindings(): Bindings {
  const values: string[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}
