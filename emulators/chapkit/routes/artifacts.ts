import type { Reply } from '../../kit/server.ts';
import type { Call, ChapkitRoute } from '../call.ts';
import { type Artifact, artifactSummary, artifactView, childrenOf } from '../state/artifacts.ts';
import { type Read, readBody } from '../wire/body.ts';
import { asTags, entityOf, placeFor, tagsAfter } from '../wire/entities.ts';
import { brokenConstraint, json } from '../wire/errors.ts';
import { asUlid } from '../wire/issues.ts';
import { listReply } from '../wire/paging.ts';
import { artifactSchema } from '../wire/schemas.ts';
import { artifactOperations } from './artifact-operations.ts';

const prefix = '/api/v1/artifacts';

type ArtifactIn = { id: string; tags: string[]; data: unknown; parent_id: string };

const artifactIn = (call: Call): Promise<Read<ArtifactIn>> =>
  readBody<ArtifactIn>(call, {
    id: { check: asUlid, optional: true, nullable: true },
    tags: { check: asTags, optional: true },
    data: { check: (value) => value },
    parent_id: { check: asUlid, optional: true, nullable: true },
  });

/** What is sent over what was there; the level is that below the parent. Throws for a parent that is not there. */
function put(call: Call, id: string, before: Artifact | undefined, sent: Read<ArtifactIn>): Artifact {
  const { artifacts, generation } = call.service;
  const keeps = sent.parent_id === undefined || (sent.parent_id === null && generation === 1);
  const parentId = (keeps ? before?.parentId : sent.parent_id) ?? null;
  const parent = parentId === null ? undefined : artifacts.get(parentId);
  if (parentId !== null && !parent)
    throw brokenConstraint(
      call,
      'foreign_key',
      'INSERT INTO artifacts (parent_id, data, level, id, tags)',
      false,
    );
  return artifacts.put({
    id,
    parentId,
    level: parent ? parent.level + 1 : 0,
    data: sent.data,
    workspace: null,
    configId: before?.configId ?? null,
    tags: tagsAfter(call, sent.tags, before),
  });
}

async function create(call: Call): Promise<Reply> {
  const sent = await artifactIn(call);
  const { id, before } = placeFor(call, sent.id, call.service.artifacts);
  const reply = json(201, artifactView(put(call, id, before, sent)));
  return { ...reply, headers: { ...reply.headers, location: `${call.request.url.origin}${prefix}/${id}` } };
}

async function update(call: Call): Promise<Reply> {
  const sent = await artifactIn(call);
  const before = entityOf(call, 'artifacts', call.service.artifacts);
  return json(200, artifactView(put(call, before.id, before, sent)));
}

/** What was below it stays, without a parent, on the level it had. */
function remove(call: Call): Reply {
  const { artifacts } = call.service;
  const { id } = entityOf(call, 'artifacts', artifacts);
  for (const child of childrenOf(artifacts, id)) artifacts.put({ ...child, parentId: null });
  artifacts.delete(id);
  return { status: 204, headers: { 'content-type': 'application/json' } };
}

export const artifactRoutes: ChapkitRoute[] = [
  { method: 'POST', path: prefix, handle: create },
  {
    method: 'GET',
    path: prefix,
    handle: (call) => listReply(call, call.service.artifacts.list(), artifactSummary),
  },
  { method: 'GET', path: `${prefix}/$schema`, handle: () => json(200, artifactSchema) },
  {
    method: 'GET',
    path: `${prefix}/$stats`,
    handle: ({ service }) => json(200, { total: service.artifacts.list().length }),
  },
  ...artifactOperations(prefix),
  {
    method: 'GET',
    path: `${prefix}/:id`,
    handle: (call) => json(200, artifactView(entityOf(call, 'artifacts', call.service.artifacts))),
  },
  { method: 'PUT', path: `${prefix}/:id`, handle: update },
  { method: 'DELETE', path: `${prefix}/:id`, handle: remove },
];
