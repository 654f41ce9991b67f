import { refusal } from '../errors.ts';
import { textsOf } from '../state/items.ts';
import type { AgentScript } from './script.ts';

const seconds = 7;
const message = `Rate limit reached for gpt-5-mini. Please try again in ${seconds} seconds.`;

/** Has no quota left: refuses at once, or, when told "later", once the stream is open. */
export const popular: AgentScript = {
  name: 'popular',
  versions: 1,
  enabled: true,
  description: 'Has no quota left. Say "later" for a refusal that comes when the stream is already open',
  model: 'gpt-5-mini',
  instructions: 'Answer briefly.',
  tools: [],
  refuse: ({ input }) =>
    isForLater(textsOf(input, 'user'))
      ? null
      : refusal(429, 'too_many_requests', message, { headers: { 'retry-after': String(seconds) } }),
  *answer() {
    yield { kind: 'fail', code: 'rate_limit_exceeded', message };
  },
};

const isForLater = (texts: string[]): boolean => texts.some((text) => /\blater\b/i.test(text));
