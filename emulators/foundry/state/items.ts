import { randomBytes } from 'node:crypto';

/** A map of texts that travels with conversations and responses. */
export type Metadata = Record<string, string>;

/** A link below a piece of text; offsets are UTF-16 units. */
export type UrlCitation = {
  type: 'url_citation';
  url: string;
  title: string;
  start_index: number;
  end_index: number;
};

export type TextPart = { type: 'output_text'; text: string; annotations: UrlCitation[]; logprobs: [] };

/** One item of a conversation, as it goes over the wire. */
export type Item = { id: string; type: string; [field: string]: unknown };

export type MessageItem = Item & { type: 'message'; role: string; status: string; content: Part[] };
export type Part = { type: string; [field: string]: unknown };

export type ApprovalRequest = Item & { server_label: string; name: string; arguments: string };
export type ApprovalResponse = Item & {
  approval_request_id: string;
  approve: boolean;
  reason?: string | null;
};

/** Ids are made by the service: a prefix for the kind, and 48 hexadecimal digits. */
export const newId = (prefix: string): string => `${prefix}_${randomBytes(24).toString('hex')}`;

export const isMessage = (item: Item): item is MessageItem => item.type === 'message';
export const isApprovalRequest = (item: Item): item is ApprovalRequest =>
  item.type === 'mcp_approval_request';
export const isApprovalResponse = (item: Item): item is ApprovalResponse =>
  item.type === 'mcp_approval_response';

/** The text of a message, its parts joined. */
export const textOf = (message: MessageItem): string =>
  message.content.map(({ text }) => (typeof text === 'string' ? text : '')).join('');

/** What the people, or what the agent, has said, oldest first. */
export const textsOf = (items: readonly Item[], role: 'user' | 'assistant'): string[] =>
  items
    .filter(isMessage)
    .filter((message) => message.role === role)
    .map(textOf);

/** Approval requests that nobody has answered. */
export function pendingApprovals(items: readonly Item[]): ApprovalRequest[] {
  const answered = new Set(items.filter(isApprovalResponse).map((item) => item.approval_request_id));
  return items.filter(isApprovalRequest).filter(({ id }) => !answered.has(id));
}
