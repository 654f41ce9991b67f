import type { ReplyError } from '../../kit/server.ts';
import type { Item, UrlCitation } from '../state/items.ts';
import type { StreamFault } from '../stream-faults.ts';

/** What an agent knows when it is to answer. */
export type Turn = {
  /** The conversation so far, oldest first; `input` is the end of it. */
  history: readonly Item[];
  input: readonly Item[];
  /** Whether the person has let the connection act for them. */
  hasConsented(connection: string): boolean;
};

/** What an agent does, in order. A beat is the pace of the emulator; each `say` takes one. */
export type Step =
  | { kind: 'say'; delta: string }
  | { kind: 'cite'; citation: UrlCitation }
  | { kind: 'pause'; beats: number }
  /** An item other than a message: as it appears, what happens to it, as it is in the end. */
  | { kind: 'item'; added: Item; events: { type: string; [field: string]: unknown }[]; done: Item }
  | { kind: 'fail'; code: string; message: string }
  | { kind: 'incomplete'; reason: 'content_filter' | 'max_output_tokens' }
  | { kind: 'fault'; fault: StreamFault };

/** An agent of the project. */
export type AgentScript = {
  name: string;
  /** How many versions it has; the newest answers. */
  versions: number;
  enabled: boolean;
  description: string;
  model: string;
  instructions: string;
  tools: Record<string, unknown>[];
  metadata?: Record<string, string>;
  /** A refusal before the first event. */
  refuse?(turn: Turn): ReplyError | null;
  answer(turn: Turn): Iterable<Step>;
};

/** Text as it comes out of a model: a word and the space behind it at a time. */
export function* say(text: string): Generator<Step> {
  for (const delta of text.match(/\S+\s*|\s+/g) ?? []) yield { kind: 'say', delta };
}
