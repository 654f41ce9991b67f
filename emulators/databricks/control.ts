import { isObject } from '../azure-ml/arm/call.ts';
import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { newKey } from './conversations/keys.ts';
import { spaces } from './spaces/catalogue.ts';
import type { Workspace } from './workspace.ts';

/**
 * What tests and people change while the emulator runs. Null: not one of these routes.
 * `PUT /_control/pace` {state} in milliseconds; `POST /_control/expire` takes all rows away; `PUT /_control/members`
 * {name, member}; `PUT /_control/grants` {space, name, level or null}; `POST /_control/agent-conversations`
 * {space, name, title} adds one of the other kind. `name` is a person's, or `application`.
 */
export async function controlWorkspace(
  workspace: Workspace,
  request: EmulatorRequest,
): Promise<Reply | null> {
  const routes: Record<string, (input: Record<string, unknown>) => void> = {
    'PUT /_control/pace': ({ state }) => setPace(workspace, state),
    'POST /_control/expire': () => expire(workspace),
    'PUT /_control/members': ({ name, member }) => workspace.members.change(name, member === true),
    'PUT /_control/grants': ({ space, name, level }) =>
      workspace.grants.change(space, workspace.members.named(name), level),
    'POST /_control/agent-conversations': (input) => addAgentConversation(workspace, input),
  };
  const route = routes[`${request.method} ${request.path}`];
  if (!route) return null;
  try {
    const input = await request.json();
    route(isObject(input) ? input : {});
    return { status: 204 };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { status: 400, body: { error: { code: 'BadControl', message: error.message } } };
  }
}

function setPace({ pace }: Workspace, state: unknown): void {
  if (typeof state !== 'number' || state < 0) throw new TypeError('state is a number of milliseconds.');
  pace.state = state;
}

function expire({ messages, now }: Workspace): void {
  for (const message of messages.all()) messages.put({ ...message, expiredAt: now() });
}

function addAgentConversation(
  { conversations, members, now }: Workspace,
  input: Record<string, unknown>,
): void {
  const space = spaces.find(({ id }) => id === input.space);
  if (!space || typeof input.title !== 'string') throw new TypeError('space is the id of one, title a text.');
  const owner = members.named(input.name).key;
  conversations.add({
    id: newKey(),
    spaceId: space.id,
    owner,
    title: input.title,
    createdAt: now(),
    mode: 'AGENT',
  });
}
