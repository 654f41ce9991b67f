import type { Answer } from './ask.ts';
import type { Walk } from './walk.ts';

/** What differs from walk to walk, as a word for its kind. */
const kinds: [kind: string, pattern: RegExp][] = [
  ['<job time>', /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/g],
  ['<metadata time>', /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00/g],
  ['<entity time>', /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?![.\dZ])/g],
  ['<pydantic>', /errors\.pydantic\.dev\/[\d.]+/g],
  ['<service>', /http:\/\/127\.0\.0\.1:\d+/g],
  ['<ULID>', /(?<![0-9A-Za-z])[0-7][0-9A-HJKMNP-TV-Z]{25}(?![0-9A-Za-z])/g],
];

/** Members of which the kind alone is compared: they are the host's, the run's, or the words of a library. */
const loose = new Set([
  'error_traceback',
  'duration_seconds',
  'content_size',
  '_repr',
  'python_version',
  'platform',
  'hostname',
  'coordinates',
  'bbox',
]);

/** Steps of which the kinds alone are compared: their values are drawn by lot. */
const drawn = /^sample /;

function alike(value: unknown): unknown {
  if (typeof value === 'string')
    return kinds.reduce((text, [kind, pattern]) => text.replace(pattern, kind), value);
  if (Array.isArray(value)) return value.map(alike);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, loose.has(name) ? kindOf(member) : alike(member)]),
  );
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

/** The names and kinds of a value; of a list, which kinds there are in it. */
function kindsIn(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(kindsIn(item))))];
  if (typeof value !== 'object' || value === null) return kindOf(value);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, kindsIn(member)]));
}

/** Where in a text the JSON of a body ends is the parser's to say. */
const parserPlace = (name: string, body: unknown): unknown =>
  name === 'config: no JSON' ? kindsIn(body) : body;

/** A stream tells as often as time allows: what counts is what it tells. */
const told = (body: unknown): unknown => (Array.isArray(body) ? [...new Set(body)] : body);

function comparable(name: string, { headers, ...answer }: Answer): unknown {
  const { 'x-request-id': request, ...others } = headers;
  const body = answer.type?.startsWith('text/event-stream') ? told(alike(answer.body)) : answer.body;
  return alike({
    ...answer,
    headers: { ...others, request: request !== null },
    body: drawn.test(name) ? kindsIn(body) : parserPlace(name, body),
  });
}

/** A database's own words to an error: that there are some is what counts. */
const databaseError = (answer: Answer): Answer => {
  const body = answer.body as { detail?: unknown; error?: unknown } | null;
  return body?.detail === 'Database error occurred'
    ? { ...answer, body: { ...body, error: 'told' } }
    : answer;
};

/** Alike in everything, and in numbers to 1e-9. */
export function same(one: unknown, other: unknown): boolean {
  if (typeof one === 'number' && typeof other === 'number') return Math.abs(one - other) <= 1e-9;
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null)
    return one === other;
  const [names, others] = [Object.keys(one), Object.keys(other)];
  return (
    Array.isArray(one) === Array.isArray(other) &&
    names.length === others.length &&
    names.every((name) => name in other && same(Reflect.get(one, name), Reflect.get(other, name)))
  );
}

export type Difference = { step: string; real: unknown; emulated: unknown };

/** Where the emulated service answers otherwise than the real one. */
export function differences(real: Walk, emulated: Walk): Difference[] {
  const steps = [...new Set([...real.keys(), ...emulated.keys()])];
  return steps.flatMap((step) => {
    const [one, other] = [real, emulated].map((walk) => {
      const answer = walk.get(step);
      return answer ? comparable(step, databaseError(answer)) : 'not asked';
    });
    return same(one, other) ? [] : [{ step, real: one, emulated: other }];
  });
}
