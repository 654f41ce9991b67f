import { type Item, isApprovalRequest, isApprovalResponse, textsOf } from '../state/items.ts';
import { askApproval, callTool, listTools } from './mcp.ts';
import { type AgentScript, type Step, say, type Turn } from './script.ts';

const server = 'ledger';
const tool = {
  name: 'add_up',
  description: 'Adds up the entries of a booking',
  input_schema: {
    type: 'object',
    properties: { entries: { type: 'array', items: { type: 'number' } } },
    required: ['entries'],
  },
};

/** Adds up the numbers of a message with a tool that it has to ask for: once for each part between semicolons. */
export const clerk: AgentScript = {
  name: 'clerk',
  versions: 2,
  enabled: true,
  description:
    'Adds up numbers with a tool whose every use needs approval: one sum for each part between semicolons',
  model: 'gpt-5-mini',
  instructions: 'Use the ledger to add up numbers. Never add them up on your own.',
  tools: [
    {
      type: 'mcp',
      server_label: server,
      server_url: 'https://mcp.example/ledger',
      require_approval: 'always',
    },
  ],
  metadata: { starterPrompts: 'What do 12, 30 and 4.5 make?\nAdd 1 and 2; then 30 and 40' },
  *answer(turn) {
    if (turn.input.some(isApprovalResponse)) yield* decided(turn);
    else yield* asked(turn);
  },
};

function* asked({ history, input }: Turn): Generator<Step> {
  const sums = textsOf(input, 'user')
    .flatMap((text) => text.split(';'))
    .map(numbersIn)
    .filter((entries) => entries.length > 0);
  if (sums.length === 0) return yield* say('There are no numbers in that, so there is nothing to add up.');
  if (!history.some(({ type }) => type === 'mcp_list_tools')) yield listTools(server, [tool]);
  for (const entries of sums) yield askApproval(server, tool.name, { entries });
}

const numbersIn = (text: string): number[] => (text.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);

function* decided({ history, input }: Turn): Generator<Step> {
  const requests = new Map(history.filter(isApprovalRequest).map((item) => [item.id, item]));
  const sentences: string[] = [];
  for (const { approval_request_id, approve, reason } of input.filter(isApprovalResponse)) {
    const approval = requests.get(approval_request_id);
    if (!approval) continue;
    const { entries } = JSON.parse(approval.arguments) as { entries: number[] };
    if (!approve) {
      sentences.push(`You declined the sum of ${entries.join(', ')}${reason ? ` (${reason})` : ''}.`);
      continue;
    }
    const total = totalOf(entries);
    const output = JSON.stringify({ total, entries: entries.length });
    yield callTool({
      server_label: server,
      name: tool.name,
      arguments: approval.arguments,
      output,
      approval,
    });
    sentences.push(`The ledger makes ${total} of ${entries.join(', ')}.`);
  }
  sentences.push(goingOn(history));
  yield* say(sentences.join(' '));
}

/** Without what binary fractions add: no entry has more digits behind the point than the sum. */
function totalOf(entries: number[]): number {
  const digits = Math.max(...entries.map((entry) => String(entry).split('.')[1]?.length ?? 0));
  return Number(entries.reduce((sum, entry) => sum + entry, 0).toFixed(digits));
}

function goingOn(history: readonly Item[]): string {
  const uses = history.filter(({ type }) => type === 'mcp_call').length;
  return uses === 0 ? 'Is there more to add up?' : `Before that, the tool was used ${uses} times here.`;
}
