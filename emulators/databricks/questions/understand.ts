import {
  type Dimension,
  dimensionsOf,
  type Intent,
  type Listing,
  type Measure,
  type Refinement,
} from './intent.ts';

const measureWords: [RegExp, Measure][] = [
  [/\bmargins?\b|\bprofit/i, 'margin'],
  [/\breturn(s|ed)?\b|\brefund/i, 'returns'],
  [/\bfootprint|\bco2\b|\bemission/i, 'footprint'],
  [/\brevenue|\bturnover|\bincome/i, 'revenue'],
  [/\bcustomers?\b|\bbuyers?\b/i, 'customers'],
  [/\bunits?\b|\bquantit|\bpieces/i, 'units'],
  [/\borders?\b/i, 'orders'],
];

const dimensionWords: [RegExp, Dimension][] = [
  [/\b(by|per|each) day\b|\bdaily\b/i, 'day'],
  [/\b(by|per|each) month\b|\bmonthly\b/i, 'month'],
  [/\b(by|per|each) (region|area)\b/i, 'region'],
  [/\b(by|per|each) categor/i, 'category'],
  [/\b(by|per|each) channel\b/i, 'channel'],
  [/\b(by|per|each) product\b|\btop \d* ?products?\b|\bproducts\b/i, 'product'],
  [/\b(by|per|each) reason\b|\bwhy\b/i, 'reason'],
];

const listingWords: [RegExp, Listing][] = [
  [/\bpage views?\b/i, 'page views'],
  [/\b(list|show)\b.*\bcustomers\b|\bloyalty\b/i, 'customers'],
  [/\b(list|show)\b.*\borders\b|\b(latest|newest|recent) orders\b/i, 'orders'],
];

/** What a question asks for. One without a measure of its own goes on from the conversation's `previous` question. */
export function understand(question: string, previous: Intent | null, known: readonly Measure[]): Intent {
  const refinement = refinementOf(question);
  const listing = known.includes('orders') ? wordOf(listingWords, question) : null;
  if (listing) return { kind: 'listing', of: listing, ...refinement };
  const measure = wordOf(measureWords, question) ?? (refinement.top ? 'revenue' : null);
  if (measure)
    return aggregate(measure, previous?.kind === 'unclear' ? over(previous, refinement) : refinement, known);
  if (/\bsales\b|\bperform/i.test(question)) return { kind: 'unclear', ...refinement };
  if (isRefined(refinement) && previous && previous.kind !== 'talk')
    return refined(previous, refinement, known);
  const help = /\b(hello|hi|help|thanks|what can you|which tables|who are you)\b/i.test(question);
  return { kind: 'talk', topic: help ? 'help' : 'unknown' };
}

function refined(
  previous: Exclude<Intent, { kind: 'talk' }>,
  refinement: Refinement,
  known: readonly Measure[],
): Intent {
  const whole = over(previous, refinement);
  return previous.kind === 'aggregate'
    ? aggregate(previous.measure, whole, known)
    : { ...previous, ...whole };
}

function aggregate(measure: Measure, refinement: Refinement, known: readonly Measure[]): Intent {
  if (!known.includes(measure)) return { kind: 'talk', topic: 'not here' };
  const { by } = refinement;
  if (by !== null && !dimensionsOf[measure].includes(by)) return { kind: 'talk', topic: 'unknown' };
  return { kind: 'aggregate', measure, ...refinement };
}

/** What the newer one leaves open stays as it was. */
const over = (older: Refinement, newer: Refinement): Refinement => ({
  by: newer.by ?? older.by,
  region: newer.region ?? older.region,
  lastDays: newer.lastDays ?? older.lastDays,
  top: newer.top ?? older.top,
});

const isRefined = (refinement: Refinement): boolean =>
  Object.values(refinement).some((value) => value !== null);

function refinementOf(question: string): Refinement {
  const top = /\btop (\d{1,3})\b/i.exec(question)?.[1];
  return {
    by: wordOf(dimensionWords, question),
    region: regionOf(question),
    lastDays: lastDaysOf(question),
    top: top ? Math.max(1, Number(top)) : null,
  };
}

/** One of the four regions anywhere; after `only for` or `only in` any word, also of a place where nobody buys. */
function regionOf(question: string): string | null {
  const named =
    /\bonly (?:for|in) (?:the )?([a-z]+)/i.exec(question) ?? /\b(north|south|east|west)\b/i.exec(question);
  const word = named?.[1]?.toLowerCase();
  return word ? `${word.charAt(0).toUpperCase()}${word.slice(1)}` : null;
}

function lastDaysOf(question: string): number | null {
  const days = /\blast (\d{1,3}) days\b/i.exec(question)?.[1];
  if (days) return Math.max(1, Number(days));
  if (/\blast week\b/i.test(question)) return 7;
  return /\blast month\b/i.test(question) ? 30 : null;
}

const wordOf = <T>(words: [RegExp, T][], question: string): T | null =>
  words.find(([pattern]) => pattern.test(question))?.[1] ?? null;
