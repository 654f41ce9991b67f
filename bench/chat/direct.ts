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
      const body = { agent_reference, conversation, input, stream: true, background: true };
      const answer = await post('/responses', body);
      if (!answer.body) throw new Error(`the emulator answered ${answer.status}`);
      let text = '';
      for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
        const blocks = (text + chunk).split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const event = JSON.parse(/^data: ?(.*)$/m.exec(block)?.[1] ?? '{}') as Record<string, string>;
          if (event.type === 'response.output_text.delta') yield event.delta ?? '';
        }
      }
    },
  };
}
export type Direct = Awaited<ReturnType<typeof openDirect>>;
