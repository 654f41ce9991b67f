import { randomUUID } from 'node:crypto';
import { text as readAll } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import type { Api } from '../api/client.ts';
import { findOne, mayBeId } from '../api/find.ts';
import { collect } from '../api/pages.ts';
import type { Cli } from '../cli.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure, notFound, usage } from '../failure.ts';
import { Agents, CreateSession, LatestMessage, SendMessage } from '../operations.ts';
import type { World } from '../world.ts';
import { action, examples } from './action.ts';
import { answered } from './answered.ts';
import { type Reply, showReply } from './reply.ts';

type Options = { session?: string; approve?: boolean; deny?: boolean };
type Chat = { cli: Cli; api: Api; sessionId: string; decision: boolean | null };

export function addChat(program: Command, world: World): void {
  program
    .command('chat')
    .summary('talk with an agent')
    .description(
      'Talk with an agent; its words come as it says them. Without a message, a conversation line by line until Ctrl-D; Ctrl-C cancels a reply. A lost connection is taken up where it was cut.',
    )
    .argument('<agent>', 'name or id, as in "mlgraph agents list"')
    .argument('[message]', 'one message; "-" reads it from stdin')
    .option('--session <id>', 'go on with an earlier conversation')
    .addOption(new Option('--approve', 'allow every tool that the agent asks for').conflicts('deny'))
    .option('--deny', 'allow none')
    .addHelpText(
      'after',
      examples(
        ['mlgraph chat storyteller', 'a conversation'],
        ['mlgraph chat storyteller "Tell me about irises."', 'one answer'],
        ['cat report.txt | mlgraph chat analyst -', ''],
        ['mlgraph chat analyst --session ID --approve "Go on."', ''],
      ),
    )
    .action(action<[string, string | undefined, Options]>(world, chat));
}

async function chat(cli: Cli, agent: string, said: string | undefined, options: Options): Promise<void> {
  const { out, world } = cli;
  const message =
    said === '-' ? await readAll(world.stdin as NodeJS.ReadableStream & AsyncIterable<Buffer>) : said;
  if (message !== undefined && message.trim() === '') throw usage('The message is empty.');
  if (message === undefined && !out.interactive && !options.session)
    throw usage('Say what: mlgraph chat AGENT "message"', 'A conversation needs a terminal.');
  const api = cli.api();
  const decision = options.approve ? true : options.deny ? false : null;
  const sessionId = options.session ?? (await begin(cli, api, await agentIdOf(api, agent)));
  const session = { cli, api, sessionId, decision };
  const waited = options.session ? await finishLatest(session) : false;
  if (message !== undefined) return say(session, message);
  if (out.interactive) return converse(session);
  if (!waited)
    throw usage('Nothing waits in this session.', 'Say something: mlgraph chat AGENT --session ID "message"');
}

async function agentIdOf(api: Api, said: string): Promise<string> {
  if (mayBeId(said)) return said;
  const load = async (page: { first: number; after: string | undefined }) =>
    (await api.request(Agents, page)).agents;
  const { items } = await collect(1000, undefined, load);
  return findOne('agent', said, items, ({ id, name }) => ({ id, names: [name] })).id;
}

async function begin({ out }: Cli, api: Api, agentId: string): Promise<string> {
  const { session } = answered((await api.request(CreateSession, { input: { agentId } })).createSession);
  if (out.json) out.event({ type: 'session', id: session.id });
  else out.note(`Session ${session.id}`, 'dim');
  return session.id;
}

/** Whether a reply was still under way, or waited: it is followed to its end first. */
async function finishLatest(chat: Chat): Promise<boolean> {
  const { node } = await chat.api.request(LatestMessage, { id: chat.sessionId });
  if (node?.__typename !== 'Session') throw notFound('There is no such session.');
  const latest = node.messages?.nodes[0];
  const ended = ['COMPLETED', 'INCOMPLETE', 'FAILED', 'CANCELED'];
  if (latest?.role !== 'ASSISTANT' || ended.includes(latest.status)) return false;
  await showReply(chat, latest);
  return true;
}

async function say(chat: Chat, content: string): Promise<void> {
  const input = { sessionId: chat.sessionId, content, clientMessageId: randomUUID() };
  const sent = answered((await chat.api.request(SendMessage, { input })).sendMessage);
  const fresh: Reply = {
    id: sent.reply.id,
    content: '',
    streamCursor: null,
    pendingApprovals: [],
    pendingConsents: [],
  };
  await showReply(chat, fresh);
}

async function converse(chat: Chat): Promise<void> {
  const { out, world } = chat.cli;
  for (;;) {
    const line = await world.ask('> ');
    if (line === null) return out.note('');
    if (line.trim() === '') continue;
    // One answer that fails does not end the conversation; being signed out does.
    await say(chat, line).catch((error: unknown) => {
      const goesOn: number[] = [
        exitCodes.failed,
        exitCodes.canceled,
        exitCodes.refused,
        exitCodes.rateLimited,
      ];
      if (!(error instanceof Failure) || !goesOn.includes(error.exitCode)) throw error;
      out.failure(error);
    });
  }
}
