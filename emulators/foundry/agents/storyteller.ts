import { textsOf } from '../state/items.ts';
import type { AgentScript } from './script.ts';
import { sayWithSources, sourcesOf, storyOf } from './story.ts';
import { subjects } from './words.ts';

/** Answers at length out of what was said so far. */
export const storyteller: AgentScript = {
  name: 'storyteller',
  versions: 3,
  enabled: true,
  description: 'Answers at length, out of everything that was said in the conversation so far',
  model: 'gpt-5-mini',
  instructions: 'Answer with a story that is made of what the person has said so far. Name your sources.',
  tools: [{ type: 'bing_grounding', bing_grounding: { search_configurations: [] } }],
  metadata: { starterPrompts: 'What do lighthouses and whales have in common?\nTell me about my garden' },
  *answer(turn) {
    const text = storyOf(turn);
    yield* sayWithSources(text, sourcesOf(text, subjects(textsOf(turn.history, 'user').join('\n'))));
  },
};
