import { type Item, isMessage, textOf } from '../state/items.ts';
import type { Usage } from '../state/responses.ts';

/** Tokens of a text: about four bytes each. */
export const tokensOf = (text: string): number => Math.ceil(Buffer.byteLength(text) / 4);

/** Tokens of items: the text of messages, the JSON of everything else. */
export const tokensOfItems = (items: readonly Item[]): number =>
  items.reduce((sum, item) => sum + tokensOf(isMessage(item) ? textOf(item) : JSON.stringify(item)), 0);

export function usageOf(inputTokens: number, output: readonly Item[]): Usage {
  const outputTokens = tokensOfItems(output);
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: inputTokens + outputTokens,
  };
}
