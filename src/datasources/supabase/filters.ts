/** A value within a list of PostgREST's grammar (contract section 3). */
export const quoted = (value: string): string => `"${value.replace(/["\\]/g, (found) => `\\${found}`)}"`;

/** The operand of `in`; the client's own does not escape a quote within a value. */
export const listed = (values: readonly string[]): string => `(${values.map(quoted).join(',')})`;
