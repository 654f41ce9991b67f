import { type Item, type MessageItem, newId, type TextPart, type UrlCitation } from '../state/items.ts';
import type { ResponseObject } from '../state/responses.ts';
import type { ResponseEvent } from './events.ts';

/** Turns what an agent does into events, in the order of the service. */
export type Composer = {
  say(delta: string): void;
  cite(citation: UrlCitation): void;
  item(o: { added: Item; events: ResponseEvent[]; done: Item }): void;
  /** Ends the message that is open, if any. */
  close(status: 'completed' | 'incomplete'): void;
};

export function createComposer(response: ResponseObject, emit: (event: ResponseEvent) => void): Composer {
  const origin = { response_id: response.id, agent_reference: response.agent_reference };
  let open: { item: MessageItem; index: number } | null = null;
  const openMessage = () => {
    if (open) return open;
    const item: MessageItem = {
      id: newId('msg'),
      type: 'message',
      role: 'assistant',
      status: 'in_progress',
      content: [],
      ...origin,
    };
    open = { item, index: response.output.length };
    emit({ type: 'response.output_item.added', output_index: open.index, item });
    const part: TextPart = { type: 'output_text', text: '', annotations: [], logprobs: [] };
    emit({ type: 'response.content_part.added', ...placeOf(open), part });
    return open;
  };
  const close: Composer['close'] = (status) => {
    if (!open) return;
    const place = placeOf(open);
    const part = spokenPart(response, open.index);
    emit({ type: 'response.output_text.done', ...place, text: part.text, logprobs: [] });
    emit({ type: 'response.content_part.done', ...place, part });
    const item = { ...open.item, status, content: [part] };
    emit({ type: 'response.output_item.done', output_index: open.index, item });
    open = null;
  };
  return {
    say: (delta) =>
      emit({ type: 'response.output_text.delta', ...placeOf(openMessage()), delta, logprobs: [] }),
    cite: (annotation) => {
      const message = openMessage();
      const annotation_index = spokenPart(response, message.index).annotations.length;
      const type = 'response.output_text.annotation.added';
      emit({ type, ...placeOf(message), annotation_index, annotation });
    },
    item: ({ added, events, done }) => {
      close('completed');
      const output_index = response.output.length;
      emit({ type: 'response.output_item.added', output_index, item: { ...added, ...origin } });
      for (const event of events) emit({ ...event, output_index, item_id: added.id });
      emit({ type: 'response.output_item.done', output_index, item: { ...done, ...origin } });
    },
    close,
  };
}

const placeOf = ({ item, index }: { item: Item; index: number }) => ({
  item_id: item.id,
  output_index: index,
  content_index: 0,
});

const spokenPart = (response: ResponseObject, index: number): TextPart =>
  (response.output[index] as MessageItem).content[0] as TextPart;
