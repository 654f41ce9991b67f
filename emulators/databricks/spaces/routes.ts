import type { Reply } from '../../kit/server.ts';
import { type Call, ok, type Route } from '../call.ts';
import { forbidden, invalid, notFound } from '../errors.ts';
import { pageReply } from '../paging.ts';
import { type Level, type Space, spaces } from './catalogue.ts';

export const spaceRoutes: readonly Route[] = [
  { method: 'GET', path: 'genie/spaces', handle: list },
  { method: 'GET', path: 'genie/spaces/:space', handle: get },
];

const keyForm = /^[0-9a-f]{32}$/;

/** An id of the path, checked for its form. Throws 400. */
export function keyOf({ params }: Call, name: string): string {
  const key = String(params[name]);
  if (!keyForm.test(key)) throw invalid(`'${key}' is not a valid ${name} id.`);
  return key;
}

/** The space in the path. Throws 404 also where it is there, but not for the caller, and 403 for less than `wanted`. */
export function spaceOf(call: Call, wanted: Level = 'CAN_VIEW'): Space {
  const id = keyOf(call, 'space');
  const found = spaces.find((space) => space.id === id);
  const { grants } = call.workspace;
  if (!found || grants.levelOf(found, call.member) === null)
    throw notFound(
      `Unable to get space [${id}]. Node ${found?.path ?? `/genie/${id}`} does not exist, or user ${call.member.id} has no access to it.`,
    );
  if (!grants.may(found, call.member, wanted))
    throw forbidden(`User ${call.member.id} does not have ${wanted} on node ${found.path}.`);
  return found;
}

function list(call: Call): Promise<Reply> {
  const rows = spaces.filter((space) => call.workspace.grants.levelOf(space, call.member) !== null);
  const placeOf = (space: Space) => -spaces.indexOf(space);
  return pageReply(call, { member: 'spaces', rows, placeOf, render: shown });
}

function get(call: Call): Reply {
  const whole = call.query.get('include_serialized_space') === 'true';
  const space = spaceOf(call, whole ? 'CAN_EDIT' : 'CAN_VIEW');
  return ok({ ...shown(space), ...(whole ? { serialized_space: serialized(space) } : {}) });
}

const shown = ({ id, title, description, warehouseId, path, createdAt }: Space) => ({
  space_id: id,
  title,
  description,
  warehouse_id: warehouseId,
  parent_path: path.replace(/\/genie\/.*$/, ''),
  create_time: createdAt,
  update_time: createdAt,
});

const serialized = ({ description, measures }: Space): string =>
  JSON.stringify({ version: 1, instructions: { text: description }, measures });
