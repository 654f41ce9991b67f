import { textsOf } from '../state/items.ts';
import { isKind, type StreamFault } from '../stream-faults.ts';
import { type AgentScript, say } from './script.ts';
import { storyOf } from './story.ts';

const deltasBefore = 20;

/** Fails in the middle of its answer: in the way that the message names, else by `response.failed`. */
export const fragile: AgentScript = {
  name: 'fragile',
  versions: 1,
  enabled: true,
  description:
    'Fails in the middle of its answer. Say "cut", "close", "stall", "malformed" or "error" for another failure, and "for good" where the answer is not to go on behind it',
  model: 'gpt-5-mini',
  instructions: 'Answer with a story.',
  tools: [],
  metadata: {
    starterPrompts: 'Tell me something\nTell me something, then cut the line\nThen stall for good',
  },
  *answer(turn) {
    const fault = faultFor(textsOf(turn.input, 'user').join(' '));
    let said = 0;
    for (const step of say(storyOf(turn))) {
      if (said === deltasBefore) yield { kind: 'fault', fault };
      yield step;
      said += 1;
    }
  },
};

function faultFor(message: string): StreamFault {
  const words: string[] = message.toLowerCase().match(/[a-z]+/g) ?? [];
  return {
    kind: words.find((word): word is StreamFault['kind'] => isKind(word)) ?? 'failed',
    ends: /\bfor good\b/i.test(message),
  };
}
