import { type ApprovalRequest, type Item, newId } from '../state/items.ts';
import type { Step } from './script.ts';

type Tool = { name: string; description: string; input_schema: Record<string, unknown> };

/** The agent looks up what a server offers. */
export function listTools(server_label: string, tools: Tool[]): Step {
  const item: Item = { id: newId('mcpl'), type: 'mcp_list_tools', server_label, tools };
  return {
    kind: 'item',
    added: { ...item, tools: [] },
    events: [{ type: 'response.mcp_list_tools.in_progress' }, { type: 'response.mcp_list_tools.completed' }],
    done: item,
  };
}

/** The agent wants to use a tool, and may not before somebody agrees. */
export function askApproval(server_label: string, name: string, args: object): Step {
  const id = newId('mcpr');
  const item = { id, type: 'mcp_approval_request', server_label, name, arguments: JSON.stringify(args) };
  return { kind: 'item', added: item, events: [], done: item };
}

type McpCall = {
  server_label: string;
  name: string;
  arguments: string;
  output: string;
  /** Where somebody had to agree. */
  approval?: ApprovalRequest;
};

/** The agent uses a tool. */
export function callTool({ approval, output, ...call }: McpCall): Step {
  const item = { id: newId('mcp'), type: 'mcp_call', ...call, approval_request_id: approval?.id ?? null };
  return {
    kind: 'item',
    added: { ...item, arguments: '', status: 'in_progress', output: null, error: null },
    events: [
      { type: 'response.mcp_call.in_progress' },
      { type: 'response.mcp_call_arguments.delta', delta: call.arguments },
      { type: 'response.mcp_call_arguments.done', arguments: call.arguments },
      { type: 'response.mcp_call.completed' },
    ],
    done: { ...item, status: 'completed', output, error: null },
  };
}

/** The agent may not act for the person before they agree at the link. */
export function askConsent(server_label: string, link: string): Step {
  const id = newId('oauthreq');
  const item = { id, type: 'oauth_consent_request', server_label, consent_link: link };
  return {
    kind: 'item',
    added: item,
    events: [{ type: 'response.oauth_consent_requested', id, server_label, consent_link: link }],
    done: item,
  };
}
