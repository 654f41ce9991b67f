import type { Item, Part, TextPart } from '../state/items.ts';
import type { ResponseObject } from '../state/responses.ts';

/** One event of a stream, before it has its sequence number. */
export type ResponseEvent = { type: string; [field: string]: unknown };

/** What an event changes in the response that it belongs to. */
export function applyEvent(response: ResponseObject, event: ResponseEvent): void {
  const index = Number(event.output_index);
  switch (event.type) {
    case 'response.output_item.added':
    case 'response.output_item.done':
      response.output[index] = structuredClone(event.item) as Item;
      return;
    case 'response.content_part.added':
    case 'response.content_part.done':
      partsOf(response, index)[Number(event.content_index)] = structuredClone(event.part) as Part;
      return;
    case 'response.output_text.delta':
      textPart(response, event).text += String(event.delta);
      return;
    case 'response.output_text.annotation.added':
      textPart(response, event).annotations[Number(event.annotation_index)] =
        event.annotation as TextPart['annotations'][number];
  }
}

const partsOf = (response: ResponseObject, index: number): Part[] =>
  response.output[index]?.content as Part[];

const textPart = (response: ResponseObject, event: ResponseEvent): TextPart =>
  partsOf(response, Number(event.output_index))[Number(event.content_index)] as TextPart;

/** An event with its sequence number. */
export function eventJson(event: ResponseEvent, sequence: number): string {
  if (event.type === 'response.output_text.delta') return deltaJson(event, sequence);
  const { type, ...rest } = event;
  return JSON.stringify({ type, sequence_number: sequence, ...rest });
}

/** The same for a delta, written by hand: almost all events are deltas, and stringify costs several times this. */
const deltaJson = (
  { item_id, output_index, content_index, delta }: ResponseEvent,
  sequence: number,
): string =>
  `{"type":"response.output_text.delta","sequence_number":${sequence},"item_id":"${item_id}","output_index":${output_index},"content_index":${content_index},"delta":${JSON.stringify(delta)},"logprobs":[]}`;

const beforeType = '{"type":"'.length;

/** One event as it goes over the wire. Its JSON begins with its type. */
export const frame = (data: string): string =>
  `event: ${data.slice(beforeType, data.indexOf('"', beforeType))}\ndata: ${data}\n\n`;

/** What is said where the JSON of an event should be. */
export const malformedFrame =
  'event: response.output_text.delta\ndata: {"type":"response.output_text.del\n\n';
