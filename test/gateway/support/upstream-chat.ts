import type { TestEmulators } from '../../support/emulators.ts';
import { onBehalfOf } from './exchanged-token.ts';

type Upstream = { emulators: Pick<TestEmulators, 'settings' | 'urls'>; tokens: Record<string, string> };
export type UpstreamResponse = {
  id: string;
  status: string;
  metadata: Record<string, string>;
  output: { type: string; content?: { type: string; text: string }[] }[];
};

/** The newest response of an agent, read past the gateway. */
export async function upstreamResponse(upstream: Upstream, agent: string): Promise<UpstreamResponse> {
  const { settings } = upstream.emulators;
  const response = await fetch(
    `${settings.FOUNDRY_PROJECT_ENDPOINT}/openai/v1/responses?limit=1&agent_name=${agent}`,
    { headers: { authorization: `Bearer ${await foundryToken(upstream)}` } },
  );
  const { data } = (await response.json()) as { data: UpstreamResponse[] };
  if (!data[0]) throw new Error(`the agent ${agent} has given no answer`);
  return data[0];
}

/** What the agent has said, word for word. */
export const upstreamText = ({ output }: UpstreamResponse): string =>
  output
    .flatMap(({ content }) => content ?? [])
    .map(({ text }) => text)
    .join('');

export const foundryToken = ({ emulators, tokens }: Upstream): Promise<string> =>
  onBehalfOf(emulators.settings, tokens.Ada ?? '', 'https://ai.azure.com/.default');

/** Sets what the emulated project does: `PUT /pace`, `POST /streams`, `POST /consents`. */
export async function control(
  { emulators }: Pick<Upstream, 'emulators'>,
  method: string,
  path: string,
  body?: unknown,
) {
  const response = await fetch(`${emulators.urls.foundry}/_control${path}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok)
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
}
