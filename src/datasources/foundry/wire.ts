import { z } from 'zod';

/** Shapes of the agents, conversations and responses API as far as they are read; new fields are let through. */

const text = z.string().nullish();

/** One agent of the list (contract section 4). Instructions and the rest of the tools are not even read. */
export const agent = z.object({
  name: z.string(),
  state: text,
  versions: z
    .object({
      latest: z
        .object({
          version: text,
          description: text,
          created_at: z.number().nullish(),
          definition: z
            .object({
              model: text,
              tools: z.array(z.object({ type: z.string(), server_label: text })).nullish(),
            })
            .nullish()
            .catch(null),
        })
        .nullish(),
    })
    .nullish(),
});
export const agentPage = z.object({ data: z.array(agent), last_id: text, has_more: z.boolean().nullish() });

export const conversation = z.object({ id: z.string() });

const annotation = z.object({
  type: z.string(),
  url: text,
  title: text,
  filename: text,
  start_index: z.number().nullish(),
  end_index: z.number().nullish(),
});
const part = z.object({
  type: z.string(),
  text,
  refusal: text,
  annotations: z.array(annotation).nullish(),
});
/** Any item; the kinds grow with each release (contract section 5). Only a message's content is read as such. */
export const item = z.object({
  type: z.string(),
  id: text,
  content: z.array(part).nullish().catch(null),
  name: text.catch(null),
  server_label: text.catch(null),
  arguments: text.catch(null),
  approval_request_id: text.catch(null),
  consent_link: text.catch(null),
});

const code = z.union([z.string(), z.number().transform(String)]).nullish();
export const failure = z.object({ code, message: text });
const usage = z.object({ input_tokens: z.number(), output_tokens: z.number(), total_tokens: z.number() });

/** Contract section 6.3. */
export const response = z.object({
  id: z.string(),
  status: z.string(),
  error: failure.nullish(),
  incomplete_details: z.object({ reason: text }).nullish(),
  output: z.array(item).nullish(),
  usage: usage.nullish().catch(null),
});

const sequence = { sequence_number: z.number().int().nonnegative().nullish() };
const snapshot = z.object({ response, ...sequence });
const delta = z.object({ delta: z.string(), ...sequence });
const withItem = z.object({ item });

/** The events that are read, by type (contract section 6.4); all others pass by. */
export const events = {
  'response.created': snapshot,
  'response.queued': snapshot,
  'response.in_progress': snapshot,
  'response.completed': snapshot,
  'response.incomplete': snapshot,
  'response.failed': snapshot,
  'response.cancelled': snapshot,
  'response.output_text.delta': delta,
  'response.refusal.delta': delta,
  'response.output_item.added': withItem,
  'response.output_item.done': withItem,
  /** Its fields stand in the event itself, or in an item. */
  'response.oauth_consent_requested': z.object({
    id: text,
    item_id: text,
    server_label: text,
    consent_link: text,
    item: item.nullish(),
  }),
  /** Flat, or with all in `error`. */
  error: z.object({ code, message: text, error: failure.nullish() }),
} as const;

export type WireAgent = z.infer<typeof agent>;
export type WireItem = z.infer<typeof item>;
export type WireResponse = z.infer<typeof response>;
export type WireFailure = z.infer<typeof failure>;
export type WireEvent = {
  [Type in keyof typeof events]: { type: Type; data: z.infer<(typeof events)[Type]> };
}[keyof typeof events];
