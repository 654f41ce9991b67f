import { type control, foundryToken } from '../../test/gateway/support/upstream-chat.ts';

type Upstream = Parameters<typeof control>[0] & { tokens: Record<string, string> };

/** Asks the emulator itself, without a gateway. */
export async function openDirect(upstream: Upstream) {
  const base = `${upstream.emulators.settings.FOUNDRY_PROJECT_ENDPOINT}/openai/v1`;
  const token = await foundryToken(upstream);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const post = (path: string, body: object) =>
    fetch(`${base}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return {
    async converse(): Promise<string> {
      return ((await (await post('/conversations', {})).json()) as { id: string }).id;
    },
    /** The answer's deltas as they come. */
    async *ask(conversation: string, input: string): AsyncGenerator<string> {
      const agent_reference = { type: 'agent_reference', name: 'storyteller' };
      yield* deltas(
        await post('/responses', { agent_reference, conversation, input, stream: true, background: true }),
      );
    },
    /** Those of a response that was asked for by others. */
    async *follow(id: string): AsyncGenerator<string> {
      yield* deltas(await fetch(`${base}/responses/${id}?stream=true`, { headers }));
    },
    /** Ids of the responses of an agent, by the request that the gateway asked for them with. */
    async byRequest(agent: string): Promise<Map<string, string>> {
      const found = new Map<string, string>();
      for (let after = ''; ; ) {
        const url = `${base}/responses?limit=100&agent_name=${agent}${after && `&after=${after}`}`;
        const page = (await (await fetch(url, { headers })).json()) as Page;
        for (const { id, metadata } of page.data) if (metadata.request_id) found.set(metadata.request_id, id);
        if (!page.has_more) return found;
        after = page.last_id;
      }
    },
  };
}
export type Direct = Awaited<ReturnType<typeof openDirect>>;
type Page = { data: { id: string; metadata: Record<string, string> }[]; has_more: boolean; last_id: string };

async function* deltas(answer: Response): AsyncGenerator<string> {
  if (!answer.ok || !answer.body) throw new Error(`the emulator answered ${answer.status}`);
  let text = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = JSON.parse(/^data: ?(.*)$/m.exec(block)?.[1] ?? '{}') as Record<string, string>;
      if (event.type === 'response.output_text.delta') yield event.delta ?? '';
    }
  }
}
