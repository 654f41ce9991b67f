import type { Reply } from '../../kit/server.ts';
import type { Call, ChapkitRoute } from '../call.ts';
import { type ConfigData, configDataOf, configSchema } from '../ml/config-schema.ts';
import { deleteTree } from '../state/artifacts.ts';
import { configView } from '../state/configs.ts';
import { type Read, readBody } from '../wire/body.ts';
import { asTags, entityOf, placeFor, tagsAfter } from '../wire/entities.ts';
import { json } from '../wire/errors.ts';
import { asText, asUlid } from '../wire/issues.ts';
import { listReply } from '../wire/paging.ts';
import { linkRoutes } from './links.ts';

const prefix = '/api/v1/configs';

type ConfigIn = { id: string; tags: string[]; name: string; data: ConfigData };

/** A body that lacks a name or data was refused. */
type Sent = Read<ConfigIn> & Pick<ConfigIn, 'name' | 'data'>;

const configIn = async (call: Call): Promise<Sent> =>
  (await readBody<ConfigIn>(call, {
    id: { check: asUlid, optional: true, nullable: true },
    tags: { check: asTags, optional: true },
    name: { check: asText },
    data: { check: configDataOf(call.service.generation) },
  })) as Sent;

async function create(call: Call): Promise<Reply> {
  const { configs } = call.service;
  const { id: wanted, tags, name, data } = await configIn(call);
  const { id, before } = placeFor(call, wanted, configs);
  const made = configs.put({ id, name, data, tags: tagsAfter(call, tags, before) });
  const reply = json(201, configView(made));
  return { ...reply, headers: { ...reply.headers, location: `${call.request.url.origin}${prefix}/${id}` } };
}

async function update(call: Call): Promise<Reply> {
  const { configs } = call.service;
  const { tags, name, data } = await configIn(call);
  const before = entityOf(call, 'configs', configs);
  const changed = configs.put({ ...before, name, data, tags: tagsAfter(call, tags, before) });
  return json(200, configView(changed));
}

/** With the artifacts that are linked to it, and all below them. */
function remove(call: Call): Reply {
  const { configs, artifacts } = call.service;
  const { id } = entityOf(call, 'configs', configs);
  for (const artifact of artifacts.list()) if (artifact.configId === id) deleteTree(artifacts, artifact.id);
  configs.delete(id);
  return { status: 204, headers: { 'content-type': 'application/json' } };
}

export const configRoutes: ChapkitRoute[] = [
  { method: 'POST', path: prefix, handle: create },
  { method: 'GET', path: prefix, handle: (call) => listReply(call, call.service.configs.list(), configView) },
  { method: 'GET', path: `${prefix}/$schema`, handle: () => json(200, configSchema) },
  {
    method: 'GET',
    path: `${prefix}/$stats`,
    handle: ({ service }) => json(200, { total: service.configs.list().length }),
  },
  ...linkRoutes(prefix),
  {
    method: 'GET',
    path: `${prefix}/:id`,
    handle: (call) => json(200, configView(entityOf(call, 'configs', call.service.configs))),
  },
  { method: 'PUT', path: `${prefix}/:id`, handle: update },
  { method: 'DELETE', path: `${prefix}/:id`, handle: remove },
];
