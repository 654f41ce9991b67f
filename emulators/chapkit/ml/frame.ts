import type { Generation } from '../call.ts';
import { readFields } from '../wire/body.ts';
import { asAnyList, asListOf, asText, type Check } from '../wire/issues.ts';

/** A table on the wire, by rows. That they are as long as `columns` is nothing that the wire checks. */
export type Frame = { columns: string[]; data: unknown[][]; schema?: unknown };

export const asFrame: Check<Frame> = (value, loc, issues) => {
  const { columns, data } = readFields<Frame>(value, loc, issues, {
    columns: { check: asListOf(asText) },
    data: { check: asListOf(asAnyList) },
  });
  return columns && data ? { columns, data } : null;
};

const isNumberType = (value: unknown): value is number => typeof value === 'number';

/** Names whose type does not depend on what stands below them. */
const canonical: Record<string, string> = {
  time_period: 'string',
  location: 'string',
  disease_cases: 'number',
  population: 'integer',
  rainfall: 'number',
  mean_temperature: 'number',
};

/** From 2.x on, frames that the service makes say the types of their columns. */
export function described(frame: Frame, generation: Generation, more: Record<string, null> = {}): Frame {
  if (generation === 1) return frame;
  const fields = frame.columns.map((name, index) => ({
    name,
    type: canonical[name] ?? typeOf(frame.data.map((row) => row[index])),
    ...more,
  }));
  return { ...frame, schema: { fields } };
}

function typeOf(values: unknown[]): string {
  const given = values.filter((value) => value !== null && value !== undefined);
  if (given.length === 0) return 'any';
  if (given.every(isNumberType)) return given.every(Number.isInteger) ? 'integer' : 'number';
  const [first] = given;
  return ['string', 'boolean'].includes(typeof first) && given.every((value) => typeof value === typeof first)
    ? typeof first
    : 'any';
}
