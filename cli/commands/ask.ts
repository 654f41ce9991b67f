import { randomUUID } from 'node:crypto';
import { type Command, Option } from 'commander';
import type { Api } from '../api/client.ts';
import { findOne, mayBeId } from '../api/find.ts';
import { follow } from '../api/follow.ts';
import { collect } from '../api/pages.ts';
import type { Cli } from '../cli.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure, interrupted } from '../failure.ts';
import type { ActAs, GenieAnswerQuery } from '../graphql/graphql.ts';
import { AskGenie, GenieAnswer, GenieReply, GenieSpaces } from '../operations.ts';
import type { World } from '../world.ts';
import { action, examples, whole } from './action.ts';
import { answered } from './answered.ts';

type Options = { conversation?: string; as?: ActAs; maxRows: number };

export function addAsk(program: Command, world: World): void {
  program
    .command('ask')
    .summary('ask Genie about tables')
    .description(
      'Ask a Genie space in your own words. The rows are the result, as a table or as CSV when piped; the SQL behind them is told on stderr.',
    )
    .argument('<space>', 'title or id, as in "mlgraph spaces list"')
    .argument('<question>')
    .option('--conversation <id>', 'go on with an earlier one')
    .addOption(new Option('--as <whom>', 'on whose behalf').choices(['USER', 'APP']))
    .option('--max-rows <number>', 'how many rows at most', whole(1, 5000), 1000)
    .addHelpText(
      'after',
      examples(
        ['mlgraph ask Sales "How much did we sell by region?"', ''],
        ['mlgraph ask Sales "Orders of last week" > orders.csv', ''],
        ['mlgraph ask Sales "Orders of last week" --json | jq -r .query.sql', ''],
      ),
    )
    .action(action<[string, string, Options]>(world, ask));
}

async function ask(cli: Cli, space: string, question: string, options: Options): Promise<void> {
  const api = cli.api();
  const spaceId = await spaceIdOf(api, space);
  const { conversation: conversationId, as, maxRows } = options;
  const input = { spaceId, question, conversationId, as, clientMessageId: randomUUID() };
  const { message } = answered((await api.request(AskGenie, { input })).askGenie);
  await untilFinal(cli, api, message.id);
  const { node } = await api.request(GenieAnswer, { id: message.id, maxRows });
  if (node?.__typename !== 'GenieMessage') throw new Failure(exitCodes.notFound, 'The answer is gone.');
  show(cli, node);
}

async function spaceIdOf(api: Api, said: string): Promise<string> {
  if (mayBeId(said)) return said;
  const load = async (page: { first: number; after: string | undefined }) =>
    (await api.request(GenieSpaces, page)).genieSpaces;
  const { items } = await collect(1000, undefined, load);
  return findOne('space', said, items, ({ id, title }) => ({ id, names: [title] })).id;
}

async function untilFinal({ out, world }: Cli, api: Api, messageId: string): Promise<void> {
  const leaving = new AbortController();
  const stop = world.onInterrupt(() => leaving.abort(interrupted()));
  const cursorOf = ({ genieReply }: { genieReply: { cursor: string } }) => genieReply.cursor;
  try {
    const options = { world, signal: leaving.signal };
    for await (const { genieReply } of follow(api, GenieReply, { messageId }, cursorOf, options))
      if (out.lively) out.note(`… ${genieReply.message.status.toLowerCase().replaceAll('_', ' ')}`, 'dim');
  } finally {
    stop();
  }
}

type Answer = Extract<NonNullable<GenieAnswerQuery['node']>, { __typename: 'GenieMessage' }>;

function show({ out }: Cli, answer: Answer): void {
  if (out.json) out.document(answer);
  else showParts(out, answer);
  if (answer.status === 'COMPLETED') return;
  if (answer.status === 'CANCELED')
    throw new Failure(exitCodes.canceled, 'The question was canceled.', { code: 'CANCELED' });
  const why = answer.error?.message ?? `The question is ${answer.status}.`;
  throw new Failure(exitCodes.failed, why, { code: answer.error?.code ?? answer.status });
}

function showParts(
  out: Cli['out'],
  { query, text, followUpQuestion, suggestedQuestions, conversation }: Answer,
): void {
  if (query) out.note(`\n${query.sql.trim()}\n`, 'cyan');
  if (query && text) out.note(text);
  if (query?.result) out.data(query.result);
  if (query?.result?.truncated) out.warn(`Only the first ${query.result.rows.length} rows.`);
  if (followUpQuestion) out.line(followUpQuestion);
  if (!query && text) out.line(text);
  for (const question of suggestedQuestions) out.note(`You may also ask: ${question}`, 'dim');
  if (conversation) out.note(`To go on: --conversation ${conversation.id}`, 'dim');
}
