import { textsOf, type UrlCitation } from '../state/items.ts';
import { type Step, say, type Turn } from './script.ts';
import { randomFrom, shortened, subjects } from './words.ts';

/** The story about everything that the people have said so far: the same for the same words. */
export function storyOf({ history }: Pick<Turn, 'history'>, words = 190): string {
  const questions = textsOf(history, 'user');
  const random = randomFrom(questions.join('\n'));
  const known = subjects(questions.join('\n'));
  const things = known.length > 0 ? known : ['beginning', 'listener'];
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const sentences = opening(questions, textsOf(history, 'assistant'));
  for (let count = lengthOf(sentences); count < words; count = lengthOf(sentences))
    sentences.push(pick(plots)(pick(things), pick(things), pick(places)));
  sentences.push(closing(questions.length, things));
  return paragraphs(sentences);
}

function opening(questions: string[], answers: string[]): string[] {
  const [last = 'nothing at all', ...earlier] = questions.toReversed();
  const sentences = [`You ask: "${shortened(last, 14)}".`];
  for (const question of earlier.slice(0, 3).reverse())
    sentences.push(`Earlier you asked "${shortened(question, 10)}", and this builds on it.`);
  const ending = /[^.!?]+[.!?]\s*$/.exec(answers.at(-1) ?? '')?.[0];
  if (ending) sentences.push(`Where the last answer ended, "${shortened(ending, 8)}", this one begins.`);
  return sentences;
}

const plots: readonly ((a: string, b: string, place: string) => string)[] = [
  (a, b, place) => `In the ${place} the ${a} met the ${b}, and neither had expected the other.`,
  (a, b) => `Nobody had ever weighed the ${a} against the ${b} with so much patience.`,
  (a, _, place) => `By evening the whole ${place} spoke of nothing but the ${a}.`,
  (a, b) => `What the ${a} began, the ${b} carried on, a little slower and far more carefully.`,
  (a, b, place) => `A letter came to the ${place}: it named the ${a} once, and the ${b} three times.`,
  (a, b) => `So the ${a} was measured again, and this time the ${b} was measured with it.`,
];
const places = ['harbour', 'old library', 'market', 'valley', 'observatory', 'workshop', 'garden'] as const;

const closing = (questions: number, things: string[]): string =>
  `That is the answer after ${questions} ${questions === 1 ? 'question' : 'questions'}, and it was made of: ${things.slice(0, 12).join(', ')}.`;

const lengthOf = (sentences: string[]): number => sentences.join(' ').split(/\s+/).length;

const paragraphs = (sentences: string[]): string =>
  sentences.map((sentence, index) => (index === 0 ? '' : index % 4 === 0 ? '\n\n' : ' ') + sentence).join('');

/** Says a text and, behind the words that have a source, where they come from. */
export function* sayWithSources(text: string, citations: UrlCitation[]): Generator<Step> {
  const waiting = [...citations].sort((a, b) => a.end_index - b.end_index);
  let said = 0;
  for (const step of say(text)) {
    yield step;
    if (step.kind === 'say') said += step.delta.length;
    while (waiting[0] && waiting[0].end_index <= said)
      yield { kind: 'cite', citation: waiting.shift() as UrlCitation };
  }
}

/** Sources for the first few subjects, at the place where the text first names each. */
export const sourcesOf = (text: string, things: string[], limit = 3): UrlCitation[] =>
  things
    .map((thing) => ({ thing, start: text.indexOf(`the ${thing}`) }))
    .filter(({ start }) => start >= 0)
    .slice(0, limit)
    .map(({ thing, start }) => ({
      type: 'url_citation',
      url: `https://encyclopedia.example/wiki/${encodeURIComponent(thing)}`,
      title: `${thing[0]?.toUpperCase()}${thing.slice(1)}`,
      start_index: start + 4,
      end_index: start + 4 + thing.length,
    }));
