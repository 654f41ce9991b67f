import type { Reply } from '../../kit/server.ts';
import { type Call, type FoundryRoute, ok } from '../call.ts';
import { invalid, notFound } from '../errors.ts';
import { pageReply } from '../paging.ts';
import type { ResponseRecord } from '../state/responses.ts';
import { createResponse, streamReply } from './create.ts';
import { follow, replay } from './follow.ts';

const at = (method: string, path: string, handle: FoundryRoute['handle']): FoundryRoute => ({
  method,
  path,
  action: `agents/${method === 'GET' ? 'read' : 'write'}`,
  handle,
});

export const responseRoutes: readonly FoundryRoute[] = [
  at('POST', 'responses', createResponse),
  at('GET', 'responses', list),
  at('GET', 'responses/:id', get),
  at('DELETE', 'responses/:id', remove),
  at('POST', 'responses/:id/cancel', cancel),
  at('GET', 'responses/:id/input_items', inputItems),
];

/** The response in the path, as it stands. Throws 404, also for one that was not to be stored. */
function recordOf({ project, params }: Call): ResponseRecord {
  const id = String(params.id);
  const found = project.live.get(id)?.record ?? project.responses.get(id);
  if (!found?.response.store) throw notFound(`Response with id '${id}'`);
  return found;
}

function get(call: Call): Reply {
  const record = recordOf(call);
  if (call.query.get('stream') !== 'true') return ok(record.response);
  const { background, id } = record.response;
  if (!background || !record.streamed)
    throw invalid('Only a response made with background=true and stream=true can be streamed.', 'stream');
  const after = startOf(call.query);
  const live = call.project.live.get(id);
  return streamReply(live ? follow(live, after) : replay(call.project, id, after));
}

function startOf(query: URLSearchParams): number {
  const after = Number(query.get('starting_after') ?? -1);
  if (!Number.isInteger(after) || after < -1)
    throw invalid('starting_after is a sequence number.', 'starting_after');
  return after;
}

function list(call: Call): Reply {
  const { project, query, endpoint } = call;
  const [name, version] = (query.get('agent_id') ?? '').split(':');
  const agent = endpoint?.name ?? query.get('agent_name') ?? (name || undefined);
  const conversation = query.get('conversation_id') ?? undefined;
  const wanted = project.responses
    .list({ agent, conversation })
    .map(({ response }) => project.live.get(response.id)?.record.response ?? response)
    .filter((response) => response.store && (!version || response.agent_reference.version === version));
  return pageReply(call, wanted, { idOf: ({ id }) => id, render: (response) => response });
}

/** Only what runs in the background can be cancelled; what has ended stays as it is. */
async function cancel(call: Call): Promise<Reply> {
  const record = recordOf(call);
  if (!record.response.background)
    throw invalid('Only a response that was created with background=true can be cancelled.', 'response_id');
  await stopped(call, record.response.id);
  return ok(recordOf(call).response);
}

async function remove(call: Call): Promise<Reply> {
  const { id } = recordOf(call).response;
  await stopped(call, id);
  call.project.responses.delete(id);
  return ok({ id, object: 'response', deleted: true });
}

async function stopped({ project }: Call, id: string): Promise<void> {
  const live = project.live.get(id);
  live?.stop.abort('cancelled');
  await live?.done;
}

function inputItems(call: Call): Reply {
  const { input } = recordOf(call);
  return pageReply(call, input, { idOf: ({ id }) => id, render: (item) => item });
}
