import { z } from 'zod';

/**
 * Shapes of the Genie conversation API as far as they are read (contract section 3); new fields are let through, and
 * what the service is known to leave out may be missing.
 */

const text = z.string().nullish();
const loose = text.catch(null);
/** Epoch milliseconds; samples of the documentation show seconds. */
const moment = z.union([z.number(), z.string()]).nullish().catch(null);
/** A list that may be missing, and whose elements are read one by one: one that cannot be is passed over. */
const listOf = <T extends z.ZodType>(element: T) =>
  z
    .array(z.unknown())
    .nullish()
    .transform((found) =>
      (found ?? []).flatMap((each): z.infer<T>[] => {
        const read = element.safeParse(each);
        return read.success ? [read.data] : [];
      }),
    );
const pageOf = <N extends string, T extends z.ZodType>(name: N, element: T) =>
  z.object({ [name]: listOf(element), next_page_token: text } as Record<N, ReturnType<typeof listOf<T>>> & {
    next_page_token: typeof text;
  });

export const space = z.object({ space_id: loose, title: loose, description: loose });
export const spacePage = pageOf('spaces', space);

/** Of a list, and of the answer to a first question, where it is the only place that tells the title. */
export const conversation = z.object({
  id: loose,
  conversation_id: loose,
  title: loose,
  created_timestamp: moment,
  agent_type: loose,
});
export const conversationPage = pageOf('conversations', conversation);

const attachment = z.object({
  attachment_id: loose,
  text: z.object({ content: loose, purpose: loose, phase: loose }).nullish().catch(null),
  query: z.object({ id: loose, query: loose, description: loose }).nullish().catch(null),
  suggested_questions: z
    .object({ questions: listOf(z.string()) })
    .nullish()
    .catch(null),
});

export const message = z.object({
  id: loose,
  message_id: loose,
  conversation_id: loose,
  content: loose,
  status: loose,
  attachments: listOf(attachment).catch([]),
  error: z.object({ error: loose, type: loose }).nullish().catch(null),
  feedback: z.object({ rating: loose }).nullish().catch(null),
  created_timestamp: moment,
  last_updated_timestamp: moment,
});
export const messagePage = pageOf('messages', message);

export const started = z.object({
  conversation_id: loose,
  message_id: loose,
  conversation: conversation.nullish(),
  message,
});

const count = z.coerce.number().int().nonnegative().nullish().catch(null);
const column = z.object({
  name: z.string(),
  position: z.number().nullish(),
  type_name: loose,
});
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** Of older payloads: a cell without text is nothing. */
const typedRow = z
  .object({ values: z.array(z.object({ str: z.string().nullish() })) })
  .transform(({ values }) => values.map(({ str }) => str ?? null));

/** Rows of one chunk; without any where there are none. */
export const chunk = z.object({
  data_array: z.array(z.array(cell)).nullish(),
  data_typed_array: z.array(typedRow).nullish(),
  external_links: z.array(z.unknown()).nullish(),
  next_chunk_index: z.number().int().nonnegative().nullish(),
});

/** As of the Statement Execution API (contract section 3.4). */
export const statement = z.object({
  statement_id: loose,
  status: z
    .object({ state: loose, error: z.object({ error_code: loose, message: loose }).nullish().catch(null) })
    .nullish(),
  manifest: z
    .object({
      schema: z.object({ columns: z.array(column).nullish() }).nullish(),
      total_row_count: count,
      truncated: z.boolean().nullish(),
    })
    .nullish(),
  result: chunk.nullish(),
});
export const queryResult = z.object({ statement_response: statement });

export type WireSpace = z.infer<typeof space>;
export type WireConversation = z.infer<typeof conversation>;
export type WireMessage = z.infer<typeof message>;
export type WireAttachment = WireMessage['attachments'][number];
export type WireColumn = z.infer<typeof column>;
export type WireCell = z.infer<typeof cell>;
export type WireChunk = z.infer<typeof chunk>;
export type WireStatement = z.infer<typeof statement>;
