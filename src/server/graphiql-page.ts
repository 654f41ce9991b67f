import { readFile } from 'node:fs/promises';
import type { GraphiQLOptions } from 'graphql-yoga';

/** What the page is filled in with: headers of every request, and the tabs that stand open. */
export type PageSession = {
  headers: Record<string, string>;
  tabs: { title?: string; query: string; variables?: string | Record<string, unknown> }[];
};

type Shell = { head: string; tail: string; script: string };

let shell: Promise<Shell> | null = null;

/** The page, with every script and style in it: it needs no other address. */
export async function graphiqlPage(session: PageSession | null): Promise<string> {
  shell ??= loadShell();
  const { head, tail, script } = await shell;
  const seed = `<script>globalThis.mlgraphSession = ${inScript(session)};\n${script}</script>`;
  return head.replace('</head>', () => `${seed}</head>`) + inScript(optionsFor(session)) + tail;
}

const marker = { title: 'mlgraph', defaultQuery: 'the options stand here' };

/** GraphiQL's page is 9 MB of text: it is made once, on the first visit, and cut where its options stand. */
async function loadShell(): Promise<Shell> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const page = String(await renderGraphiQL(marker));
  const [head, tail] = page.split(JSON.stringify(marker));
  if (head === undefined || tail === undefined)
    throw new Error('The GraphiQL page does not show its options.');
  const script = await readFile(new URL('./graphiql-client.js', import.meta.url), 'utf8');
  return { head, tail, script };
}

const optionsFor = (session: PageSession | null): GraphiQLOptions => ({
  title: marker.title,
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
