import type { Reply } from '../../kit/server.ts';
import type { Call, ChapkitRoute } from '../call.ts';
import { type Artifact, artifactView } from '../state/artifacts.ts';
import { readBody } from '../wire/body.ts';
import { idOf } from '../wire/entities.ts';
import { brokenConstraint, calledUrl, json, refusal } from '../wire/errors.ts';
import { asUlid } from '../wire/issues.ts';

const done: Reply = { status: 204, headers: { 'content-type': 'application/json' } };
const statement = 'INSERT INTO config_artifacts (config_id, artifact_id) VALUES (?, ?)';

const artifactId = async (call: Call): Promise<string> =>
  String((await readBody<{ artifact_id: string }>(call, { artifact_id: { check: asUlid } })).artifact_id);

/** Ties a root artifact to the configuration of the path; one that is tied already is a conflict. */
async function link(call: Call): Promise<Reply> {
  const { artifacts, configs } = call.service;
  const id = await artifactId(call);
  const config = idOf(call, 'configs');
  const instance = `/api/v1/configs/${config}`;
  const artifact = artifacts.get(id);
  if (!artifact) throw refusal(call, 400, `Artifact ${id} not found`, instance);
  if (artifact.parentId !== null)
    throw refusal(call, 400, `Artifact ${id} is not a root artifact (parent_id must be NULL)`, instance);
  if (artifact.configId !== null) throw brokenConstraint(call, 'unique', statement, true);
  if (!configs.get(config)) throw brokenConstraint(call, 'foreign_key', statement, true);
  artifacts.put({ ...artifact, configId: config });
  return done;
}

/** In 1.x one that is not tied is no error. */
async function unlink(call: Call): Promise<Reply> {
  const { artifacts, generation } = call.service;
  const id = await artifactId(call);
  const config = idOf(call, 'configs');
  const artifact = artifacts.get(id);
  const tied = artifact?.configId != null && (generation === 1 || artifact.configId === config);
  if (artifact && tied) artifacts.put({ ...artifact, configId: null });
  if (tied || generation === 1) return done;
  const detail = `Artifact ${id} is not linked to config ${config}`;
  throw refusal(call, 404, detail, calledUrl(call));
}

/** The artifacts of a configuration that is not there are none. */
function linked(call: Call): Reply {
  const config = idOf(call, 'configs');
  const own = (artifact: Artifact) => artifact.configId === config;
  return json(200, call.service.artifacts.list().filter(own).map(artifactView));
}

export const linkRoutes = (prefix: string): ChapkitRoute[] => [
  { method: 'POST', path: `${prefix}/:id/$link-artifact`, handle: link },
  { method: 'POST', path: `${prefix}/:id/$unlink-artifact`, handle: unlink },
  { method: 'GET', path: `${prefix}/:id/$artifacts`, handle: linked },
];
