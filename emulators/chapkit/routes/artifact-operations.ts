import { isObject } from '../../azure-ml/arm/call.ts';
import type { Reply } from '../../kit/server.ts';
import type { Call, ChapkitRoute } from '../call.ts';
import { type Artifact, artifactNode, artifactTree, rootOf } from '../state/artifacts.ts';
import { configView } from '../state/configs.ts';
import { zipOf } from '../state/workspace.ts';
import { idOf } from '../wire/entities.ts';
import { json, refusal } from '../wire/errors.ts';

/** The artifact of the path. Throws 400 or 404. */
function artifactOf(call: Call): Artifact {
  const id = idOf(call, 'artifacts');
  const found = call.service.artifacts.get(id);
  if (!found) throw refusal(call, 404, `Artifact with id ${id} not found`, `/api/v1/artifacts/${id}`);
  return found;
}

const tree = (call: Call): Reply => json(200, artifactTree(call.service.artifacts, artifactOf(call)));
const expand = (call: Call): Reply => json(200, artifactNode(artifactOf(call), null));

/** The configuration that the root of its tree is linked to. */
function config(call: Call): Reply {
  const { artifacts, configs } = call.service;
  const id = idOf(call, 'artifacts');
  const artifact = artifacts.get(id);
  const configId = artifact ? rootOf(artifacts, artifact).configId : null;
  const found = configId === null ? undefined : configs.get(configId);
  if (!found) throw refusal(call, 404, `No config linked to artifact ${id}`, `/api/v1/artifacts/${id}`);
  return json(200, configView(found));
}

function metadata(call: Call): Reply {
  const { data } = artifactOf(call);
  return json(200, isObject(data) ? (data.metadata ?? {}) : {});
}

const endings: Record<string, string> = {
  'application/zip': 'zip',
  'text/csv': 'csv',
  'application/json': 'json',
  'application/vnd.chapkit.dataframe+json': 'json',
  'image/png': 'png',
};

function download(call: Call): Reply {
  const artifact = artifactOf(call);
  const type =
    isObject(artifact.data) && typeof artifact.data.content_type === 'string'
      ? artifact.data.content_type
      : 'application/octet-stream';
  const name = `artifact_${call.params.id}.${endings[type] ?? 'bin'}`;
  return {
    status: 200,
    headers: { 'content-type': type, 'content-disposition': `attachment; filename=${name}` },
    body: contentOf(call, artifact),
  };
}

/** As bytes: a frame as a list of records. Throws 400 or 404 for what has none. */
function contentOf(call: Call, { id, data, workspace }: Artifact): Buffer {
  const instance = `/api/v1/artifacts/${id}`;
  if (workspace) return zipOf(workspace);
  if (!isObject(data)) throw refusal(call, 400, 'Artifact has no downloadable content', instance);
  const { content, content_type: type } = data;
  if (content === undefined || content === null)
    throw refusal(call, 404, 'Artifact has no content', instance);
  if (!isObject(content))
    throw refusal(call, 400, `Cannot serialize content of type ${typeof content}`, instance);
  const isFrame = type === 'application/vnd.chapkit.dataframe+json';
  return Buffer.from(JSON.stringify(isFrame ? recordsOf(content) : content));
}

function recordsOf({ columns, data }: Record<string, unknown>): unknown[] {
  const names = Array.isArray(columns) ? columns.map(String) : [];
  const rows: unknown[][] = Array.isArray(data) ? data : [];
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])));
}

export const artifactOperations = (prefix: string): ChapkitRoute[] => [
  { method: 'GET', path: `${prefix}/:id/$tree`, handle: tree },
  { method: 'GET', path: `${prefix}/:id/$expand`, handle: expand },
  { method: 'GET', path: `${prefix}/:id/$config`, handle: config },
  { method: 'GET', path: `${prefix}/:id/$download`, handle: download },
  { method: 'GET', path: `${prefix}/:id/$metadata`, handle: metadata },
];
