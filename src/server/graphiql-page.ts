import type { GraphiQLOptions } from 'graphql-yoga';
import { loadShell, type Shell } from './graphiql-shell.ts';

/** What the page is filled in with: headers of every request, and the tabs that stand open. */
export type PageSession = {
  headers: Record<string, string>;
  tabs: { title?: string; query: string; variables?: string | Record<string, unknown> }[];
};

let shell: Promise<Shell> | null = null;

/** The page in pieces, with every script and style in it: it needs no other address. */
export async function graphiqlPage(session: PageSession | null): Promise<Buffer[]> {
  shell ??= loadShell().catch((error: unknown) => {
    shell = null;
    throw error;
  });
  const { head, body, tail, script } = await shell;
  const seed = `<script>globalThis.mlgraphSession = ${inScript(session)};\n${script}</script>`;
  return [head, Buffer.from(seed), body, Buffer.from(inScript(optionsFor(session))), tail];
}

const optionsFor = (session: PageSession | null): GraphiQLOptions => ({
  title: 'mlgraph',
  // Over WebSocket the page would send no token.
  subscriptionsProtocol: 'SSE',
  method: 'POST',
  defaultQuery: '{\n  health {\n    status\n  }\n}\n',
  // The variables, not the token.
  defaultEditorToolsVisibility: 'variables',
  shouldPersistHeaders: true,
  // Of tabs that are opened later; those of the session are put into GraphiQL's storage by the page's script.
  ...(session && { headers: JSON.stringify(session.headers, null, 2) }),
});

/** JSON that cannot end the script it stands in. */
const inScript = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
