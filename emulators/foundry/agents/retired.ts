import type { AgentScript } from './script.ts';

/** Is listed, and refuses to run: it is disabled. */
export const retired: AgentScript = {
  name: 'retired',
  versions: 1,
  enabled: false,
  description: 'Has been switched off',
  model: 'gpt-4o-mini',
  instructions: 'Answer briefly.',
  tools: [],
  answer: () => [],
};
