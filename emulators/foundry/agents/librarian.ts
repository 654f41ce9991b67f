import { textsOf } from '../state/items.ts';
import { askConsent, callTool } from './mcp.ts';
import { type AgentScript, say } from './script.ts';
import { sayWithSources, sourcesOf } from './story.ts';
import { subjects } from './words.ts';

const server = 'library';
const connection = 'library-oauth';

/** Looks into the person's own library: asks for their consent until it is given. */
export const librarian: AgentScript = {
  name: 'librarian',
  versions: 1,
  enabled: true,
  description: 'Looks into your own library, once you have consented at the link it gives',
  model: 'gpt-5-mini',
  instructions: 'Look everything up in the library of the person who asks.',
  tools: [
    {
      type: 'mcp',
      server_label: server,
      server_url: 'https://mcp.example/library',
      require_approval: 'never',
      project_connection_id: connection,
    },
  ],
  metadata: { starterPrompts: 'Which of my books are about glaciers?' },
  *answer({ history, hasConsented }) {
    if (!hasConsented(connection)) {
      yield askConsent(server, `https://logic.consent.example/login?connection=${connection}`);
      return;
    }
    const wanted = subjects(textsOf(history, 'user').join('\n'));
    const found = wanted.map((subject) => ({ subject, shelf: shelfOf(subject) }));
    const args = JSON.stringify({ subjects: wanted });
    yield callTool({
      server_label: server,
      name: 'find',
      arguments: args,
      output: JSON.stringify({ found }),
    });
    if (found.length === 0) return yield* say('Name a subject, and the library will be searched for it.');
    const lines = found.map(
      ({ subject, shelf }) => `About the ${subject} you have a book on shelf ${shelf}.`,
    );
    const text = `Your library was searched for ${wanted.join(', ')}. ${lines.join(' ')}`;
    yield* sayWithSources(text, sourcesOf(text, wanted));
  },
};

/** Where the library keeps a subject: rooms by its first letter, shelves by its length. */
const shelfOf = (subject: string): string => `${subject[0]?.toUpperCase()}${subject.length}`;
