import { isReservedTag } from '../../domain/names.ts';
import type { Tag } from '../../domain/providers.ts';

type StringMap = Record<string, string | null> | null | undefined;

/** Timestamps of the service are UTC, with up to 7 fractional digits and now and then no zone. Null if unreadable. */
export function toDate(text: string | null | undefined): Date | null {
  if (!text) return null;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`;
  const date = new Date(zoned);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Milliseconds of a .NET time span, `[d.]hh:mm:ss[.fffffff]`; null if unreadable. */
export function toMilliseconds(span: string | null | undefined): number | null {
  const parts = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)$/.exec(span ?? '');
  if (!parts) return null;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return Math.round(
    (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000,
  );
}

/** A finite number from a number or its text; null for `nan`, infinities, the empty text and anything else. */
export function toNumber(value: string | number | null | undefined): number | null {
  if (value == null || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** AutoML keeps its bookkeeping in tags of the parent run (contract section 8). */
const bookkeeping =
  /^(automl_\w+|model_explain_run|run_(algorithm|preprocessor)|(iteration|score|run_algorithm|run_preprocessor|fit_time|predicted_cost|training_percent|pipeline_id)_\d{3,})$/;

/** What people tagged: names that the platform or this gateway keeps for itself are left out. */
export const toTags = (tags: StringMap): Tag[] =>
  Object.entries(tags ?? {})
    .filter(([name]) => !isReservedTag(name) && !bookkeeping.test(name))
    .map(([name, value]) => ({ name, value: value ?? '' }));

export const fromTags = (tags: readonly Tag[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ name, value }) => [name, value]));

/**
 * One list of AutoML's, `;`-separated and cut into tags `name_000`, `name_001` …; a position may be empty, also
 * the last.
 */
export function chunkedList(tags: StringMap, name: string): string[] {
  const chunks = Object.entries(tags ?? {})
    .filter(
      ([key, value]) => value && key.startsWith(`${name}_`) && /^\d{3,}$/.test(key.slice(name.length + 1)),
    )
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  return chunks.flatMap(([, value]) => (value ?? '').split(';'));
}
