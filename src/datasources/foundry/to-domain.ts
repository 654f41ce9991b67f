import type { Agent, Citation, ConsentRequest, ToolApproval } from '../../domain/chat.ts';
import { encodeId } from '../../domain/ids.ts';
import { toFailure } from './errors.ts';
import type { ReplyEnd } from './index.ts';
import { upstreamName } from './places.ts';
import type { WireAgent, WireItem, WireResponse } from './wire.ts';

/** An agent as its list shows it now. A tool is its kind, of an MCP server with the server's label. */
export function toAgent({ name, state, versions }: WireAgent, home: string, now: Date): Agent {
  const latest = versions?.latest;
  const tools = (latest?.definition?.tools ?? []).map(({ type, server_label }) =>
    type === 'mcp' && server_label ? `mcp:${server_label}` : type,
  );
  return {
    id: encodeId({ concept: 'Agent', provider: 'AZURE_FOUNDRY', home, key: [name] }),
    name,
    version: latest?.version ?? null,
    enabled: state !== 'disabled',
    description: latest?.description || null,
    model: latest?.definition?.model ?? null,
    tools: [...new Set(tools)],
    createdAt: latest?.created_at == null ? null : new Date(latest.created_at * 1000),
    syncedAt: now,
  };
}

/** A request for approval that an item makes; null for any other item. */
export function toApproval(item: WireItem): ToolApproval | null {
  if (item.type !== 'mcp_approval_request' || !item.id || !item.name) return null;
  const { id, name, server_label, arguments: given } = item;
  return { id, toolName: name, serverLabel: server_label ?? null, arguments: given ?? null };
}

type Consent = Pick<WireItem, 'id' | 'server_label' | 'consent_link'>;

/** A request for consent; null without an id, or with a link that nobody should open. */
export function toConsent({ id, server_label, consent_link }: Consent): ConsentRequest | null {
  const url = httpsOf(consent_link);
  return id && url ? { id, serverLabel: server_label ?? null, url } : null;
}

const httpsOf = (link: string | null | undefined): string | null =>
  link && URL.parse(link)?.protocol === 'https:' ? link : null;

type Part = NonNullable<WireItem['content']>[number];
const isConsent = ({ type }: WireItem) => type === 'oauth_consent_request';
const words = ({ type, text, refusal }: Part): string =>
  (type === 'output_text' ? text : type === 'refusal' ? refusal : null) ?? '';

const partsOf = (output: WireResponse['output']): Part[] =>
  (output ?? []).flatMap(({ type, content }) => (type === 'message' ? (content ?? []) : []));

/** The text of an answer: its messages' parts, one behind the other, as their deltas came. */
export const textOf = (output: WireResponse['output']): string => partsOf(output).map(words).join('');

/** Citations of an answer; their indexes, which count within one part, moved to count within the whole text. */
export function citationsOf(output: WireResponse['output']): Citation[] {
  let offset = 0;
  const citations: Citation[] = [];
  for (const part of partsOf(output)) {
    for (const annotation of part.annotations ?? []) {
      const citation = toCitation(annotation, offset);
      if (citation) citations.push(citation);
    }
    offset += words(part).length;
  }
  return citations;
}

/** Links other than https are left out of what else is told (contract section 6.5). */
function toCitation(annotation: NonNullable<Part['annotations']>[number], offset: number): Citation | null {
  const { type, title, filename, url, start_index, end_index } = annotation;
  const at = (index: number | null | undefined) => (index == null ? null : index + offset);
  const range = { startIndex: at(start_index), endIndex: at(end_index) };
  if (type === 'url_citation') return { title: title ?? null, url: httpsOf(url), ...range };
  if (type === 'file_citation' || type === 'container_file_citation') {
    return { title: filename ?? null, url: null, ...range };
  }
  return null;
}

/**
 * How a response ended; null while it runs. `seen` is the text that came by deltas, for a service that leaves it out
 * at the end. One that waits for approval or consent has COMPLETED: the requests were told before.
 */
export function toEnd(response: WireResponse, seen = ''): ReplyEnd | null {
  const { output, usage } = response;
  const outcome = outcomeOf(response, textOf(output) || seen);
  if (!outcome) return null;
  return {
    kind: 'ended',
    ...outcome,
    text: textOf(output) || seen,
    citations: citationsOf(output),
    usage: usage
      ? {
          inputTokens: usage.input_tokens,
          outputTokens: usage.output_tokens,
          totalTokens: usage.total_tokens,
        }
      : null,
  };
}

function outcomeOf(response: WireResponse, text: string): Pick<ReplyEnd, 'status' | 'error'> | null {
  const { status, error, incomplete_details, output } = response;
  const consents = (output ?? []).filter(isConsent);
  if (consents.some((item) => !toConsent(item)) && (status === 'completed' || status === 'incomplete')) {
    return failed('UPSTREAM_ERROR', `${upstreamName} asked for consent by a link that is not safe to open.`);
  }
  if (status === 'completed') return { status: 'COMPLETED', error: null };
  if (status === 'cancelled') return { status: 'CANCELED', error: null };
  if (status === 'failed') return { status: 'FAILED', error: toFailure(error) };
  if (status !== 'incomplete') return null;
  const reason = incomplete_details?.reason;
  if (reason === 'content_filter') {
    const { error } = failed('CONTENT_FILTERED', 'The content filter ended this answer.');
    return { status: text ? 'INCOMPLETE' : 'FAILED', error };
  }
  // Some hosted agents end so when they ask for consent (contract section 8).
  if (consents.length > 0 && reason !== 'max_output_tokens') return { status: 'COMPLETED', error: null };
  const limit =
    reason === 'max_output_tokens' ? 'The answer reached its longest length.' : 'The answer is not whole.';
  return { status: 'INCOMPLETE', error: failed('UPSTREAM_ERROR', limit).error };
}

const failed = (code: NonNullable<ReplyEnd['error']>['code'], message: string) => ({
  status: 'FAILED' as const,
  error: { code, message, retryAfterSeconds: null },
});
