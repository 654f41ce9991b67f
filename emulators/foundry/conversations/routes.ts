import type { Reply } from '../../kit/server.ts';
import { type Call, type FoundryRoute, jsonBody, ok } from '../call.ts';
import { invalid, notFound } from '../errors.ts';
import { metadataOf } from '../metadata.ts';
import { pageReply } from '../paging.ts';
import type { Conversation } from '../state/conversations.ts';
import type { Item } from '../state/items.ts';
import { inputItems } from './input-items.ts';

const at = (method: string, path: string, handle: FoundryRoute['handle']): FoundryRoute => ({
  method,
  path,
  action: `agents/${method === 'GET' ? 'read' : 'write'}`,
  handle,
});

export const conversationRoutes: readonly FoundryRoute[] = [
  at('POST', 'conversations', create),
  at('GET', 'conversations', list),
  at('GET', 'conversations/:id', (call) => ok(shown(conversationOf(call)))),
  at('POST', 'conversations/:id', update),
  at('DELETE', 'conversations/:id', remove),
  at('POST', 'conversations/:id/items', addItems),
  at('GET', 'conversations/:id/items', listItems),
  at('GET', 'conversations/:id/items/:item', (call) => ok(itemOf(call))),
  at('DELETE', 'conversations/:id/items/:item', removeItem),
];

/** The conversation in the path. Throws 404. */
function conversationOf({ project, params }: Call): Conversation {
  const found = project.conversations.get(String(params.id));
  if (!found) throw notFound(`Conversation with id '${params.id}'`);
  return found;
}

const shown = ({ id, createdAt, metadata }: Conversation) => ({
  id,
  object: 'conversation',
  created_at: createdAt,
  metadata,
});

async function create(call: Call): Promise<Reply> {
  const { metadata, items } = await jsonBody(call);
  const stored = items === undefined || items === null ? [] : inputItems(items);
  return ok(shown(call.project.conversations.create(metadataOf(metadata), stored)));
}

/** Those of the whole project, whoever asks: the service tells nobody's apart. */
function list(call: Call): Reply {
  const { project, query, endpoint } = call;
  const name = endpoint?.name ?? query.get('agent_name');
  const id = query.get('agent_id');
  const wanted = project.conversations
    .list()
    .filter(({ agents }) => !name || agents.some((agent) => agent.startsWith(`${name}:`)))
    .filter(({ agents }) => !id || agents.includes(id));
  return pageReply(call, wanted, { idOf: (conversation) => conversation.id, render: shown });
}

async function update(call: Call): Promise<Reply> {
  const conversation = conversationOf(call);
  const { metadata } = await jsonBody(call);
  if (metadata === undefined) throw invalid('metadata is required.', 'metadata');
  const changed = { ...conversation, metadata: metadataOf(metadata) };
  call.project.conversations.put(changed);
  return ok(shown(changed));
}

/** What runs in it is stopped; its responses stay. */
async function remove(call: Call): Promise<Reply> {
  const { id } = conversationOf(call);
  const running = [...call.project.live.values()].filter(
    ({ record }) => record.response.conversation?.id === id,
  );
  for (const { stop } of running) stop.abort('cancelled');
  await Promise.all(running.map(({ done }) => done));
  call.project.conversations.delete(id);
  return ok({ id, object: 'conversation.deleted', deleted: true });
}

async function addItems(call: Call): Promise<Reply> {
  const { id } = conversationOf(call);
  const items = inputItems((await jsonBody(call)).items);
  if (items.length === 0) throw invalid('items must hold at least one item.', 'items');
  call.project.store.transaction(() => call.project.conversations.append(id, items));
  const data = { object: 'list', data: items, first_id: items[0]?.id, last_id: items.at(-1)?.id };
  return ok({ ...data, has_more: false });
}

function listItems(call: Call): Reply {
  const type = call.query.get('item_type');
  const items = call.project.conversations
    .items(conversationOf(call).id)
    .filter((item) => type === null || item.type === type);
  return pageReply(call, items, { idOf: (item) => item.id, render: (item) => item });
}

function itemOf(call: Call): Item {
  const items = call.project.conversations.items(conversationOf(call).id);
  const found = items.find(({ id }) => id === call.params.item);
  if (!found) throw notFound(`Item with id '${call.params.item}'`);
  return found;
}

function removeItem(call: Call): Reply {
  const conversation = conversationOf(call);
  call.project.conversations.deleteItem(conversation.id, itemOf(call).id);
  return ok(shown(conversation));
}
