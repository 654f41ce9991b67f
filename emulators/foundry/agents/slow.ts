import { type AgentScript, say } from './script.ts';
import { storyOf } from './story.ts';

/** Beats before the first delta and between the others: 2 s and 400 ms at a pace of 40 ms. */
const beats = { first: 50, between: 10 };

export const slow: AgentScript = {
  name: 'slow',
  versions: 1,
  enabled: true,
  description: 'Thinks for two seconds and speaks slowly',
  model: 'o4-mini',
  instructions: 'Think, then answer.',
  tools: [],
  *answer(turn) {
    yield { kind: 'pause', beats: beats.first - beats.between };
    for (const step of say(storyOf(turn, 40))) {
      yield { kind: 'pause', beats: beats.between - 1 };
      yield step;
    }
  },
};
