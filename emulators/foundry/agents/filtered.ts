import { ReplyError } from '../../kit/server.ts';
import { textsOf } from '../state/items.ts';
import { type AgentScript, type Step, say } from './script.ts';
import { storyOf } from './story.ts';

const forbidden = /\b(violence|violent|murder|weapons?)\b/i;
const onTheEdge = /\bedge\b/i;
const deltasBeforeTheEdge = 12;

/** Stands behind a strict content policy. */
export const filtered: AgentScript = {
  name: 'filtered',
  versions: 1,
  enabled: true,
  description: 'Refuses questions about violence or weapons, and breaks off when it comes to the "edge"',
  model: 'gpt-5-mini',
  instructions: 'Answer with a story.',
  tools: [],
  refuse: ({ input }) => (textsOf(input, 'user').some((text) => forbidden.test(text)) ? blocked() : null),
  *answer(turn) {
    const text = storyOf(turn, 60);
    if (!textsOf(turn.input, 'user').some((message) => onTheEdge.test(message))) return yield* say(text);
    yield* first(deltasBeforeTheEdge, say(text));
    yield { kind: 'incomplete', reason: 'content_filter' };
  },
};

function* first(count: number, steps: Iterable<Step>): Generator<Step> {
  let left = count;
  for (const step of steps) {
    if (left === 0) return;
    left -= 1;
    yield step;
  }
}

const safe = { filtered: false, severity: 'safe' };

const blocked = (): ReplyError =>
  new ReplyError({
    status: 400,
    body: {
      error: {
        code: 'content_filter',
        type: null,
        param: 'prompt',
        status: 400,
        message: 'The prompt was blocked by the content policy.',
        innererror: {
          code: 'ResponsibleAIPolicyViolation',
          content_filter_result: {
            hate: safe,
            self_harm: safe,
            sexual: safe,
            violence: { filtered: true, severity: 'medium' },
            jailbreak: { filtered: false, detected: false },
          },
        },
      },
    },
  });
