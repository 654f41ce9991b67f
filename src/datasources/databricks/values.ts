import { safeLine } from '../http/safe-text.ts';

/** Before this many milliseconds (1973) a number is taken for seconds. */
const secondsBelow = 100_000_000_000;

/** A moment as Genie writes it: epoch milliseconds, or seconds, or RFC 3339. Null if unreadable. */
export function toDate(moment: number | string | null | undefined): Date | null {
  if (moment == null || moment === '') return null;
  const number = Number(moment);
  if (Number.isNaN(number)) return existing(new Date(moment));
  return existing(new Date(number < secondsBelow ? number * 1000 : number));
}

const existing = (date: Date): Date | null => (Number.isNaN(date.getTime()) ? null : date);

/** What an error of Databricks names beside what `safeLine` knows: nodes of its tree, and people by their numbers. */
const inner: readonly RegExp[] = [/(?<![\w.:/])\/(?:[\w.@:-]+\/)+[\w.@:-]*/g, /\b\d{9,}\b/g];
const longest = 4_000;

/** One line of Databricks' own words, fit for a client; null where nothing is left to say. */
export function wordsOf(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  return safeLine(inner.reduce((rest, secret) => rest.replace(secret, '…'), text.slice(0, longest)));
}
