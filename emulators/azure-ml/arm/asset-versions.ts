import type { AssetVersion } from '../state/assets.ts';
import { checkType, saveContainer } from './asset-containers.ts';
import type { AssetKind } from './asset-kinds.ts';
import { type ArmCall, type ArmHandler, bodyProperties, creatorOf, textMap, textOrNull } from './call.ts';
import { envelope } from './envelope.ts';
import { badRequest, missing, userError } from './errors.ts';
import { hasTags, inView, pageReply } from './paging.ts';

export const listVersions =
  (kind: AssetKind): ArmHandler =>
  (call) => {
    const { platform, params, query } = call;
    const name = String(params.name);
    const book = kind.book(platform);
    if (!book.containers.has(name)) throw missing(`${kind.noun} container ${name} was not found.`);
    const shown = book
      .versions(name)
      .filter(
        (version) =>
          inView(query, version.isArchived) && hasTags(query.get('$tags') ?? query.get('tags'), version.tags),
      )
      .filter((version) => [null, version.version].includes(query.get('version')));
    return pageReply(call, inOrder(shown, query.get('$orderBy')), {
      keyOf: ({ version }) => version,
      render: (version) => renderVersion(call, kind, version),
      size: topOf(query),
    });
  };

export const getVersion =
  (kind: AssetKind): ArmHandler =>
  (call) => ({ status: 200, body: renderVersion(call, kind, findVersion(call, kind)) });

export const putVersion =
  (kind: AssetKind): ArmHandler =>
  async (call) => {
    const properties = await bodyProperties(call.request);
    const book = kind.book(call.platform);
    const name = String(call.params.name);
    const before = book.version(name, String(call.params.version));
    const version = before ? changed(call, kind, before, properties) : created(call, kind, properties);
    if (!book.containers.has(name)) saveContainer(call, kind, { [kind.typeField]: version.type });
    return { status: before ? 200 : 201, body: renderVersion(call, kind, book.putVersion(version)) };
  };

export const deleteVersion =
  (kind: AssetKind): ArmHandler =>
  ({ platform, params }) => {
    kind.checkDelete();
    return {
      status: kind.book(platform).deleteVersion(String(params.name), String(params.version)) ? 200 : 204,
    };
  };

function created(call: ArmCall, kind: AssetKind, properties: Record<string, unknown>): AssetVersion {
  const { platform, params, principal } = call;
  const uri = textOrNull(properties[kind.uriField]);
  if (!uri) throw badRequest(`The field ${kind.uriField} is required.`);
  const type = textOrNull(properties[kind.typeField]) ?? String(kind.types[0]);
  if (!kind.types.includes(type))
    throw badRequest(`The field ${kind.typeField} must be one of ${kind.types.join(', ')}.`);
  checkType(kind, kind.book(platform).containers.get(String(params.name)), type);
  return {
    name: String(params.name),
    version: String(params.version),
    type,
    uri: kind.acceptUri(platform, uri),
    description: textOrNull(properties.description),
    tags: textMap(properties.tags, 'tags'),
    properties: textMap(properties.properties, 'properties'),
    isArchived: properties.isArchived === true,
    isAnonymous: properties.isAnonymous === true,
    more: kind.more(properties),
    createdBy: creatorOf(principal),
    createdAt: platform.now(),
    modifiedBy: creatorOf(principal),
    modifiedAt: platform.now(),
  };
}

/** Only description, tags and the archive flag of a version can change. */
function changed(
  { platform, principal }: ArmCall,
  kind: AssetKind,
  before: AssetVersion,
  properties: Record<string, unknown>,
): AssetVersion {
  const uri = textOrNull(properties[kind.uriField]);
  if (uri && kind.acceptUri(platform, uri) !== before.uri)
    throw userError(409, 'Asset paths cannot be updated.', ['Conflict', 'ResourceExists']);
  if (properties[kind.typeField] !== undefined && properties[kind.typeField] !== before.type)
    throw badRequest(`The field ${kind.typeField} cannot be updated.`);
  return {
    ...before,
    description:
      properties.description === undefined ? before.description : textOrNull(properties.description),
    tags: properties.tags === undefined ? before.tags : textMap(properties.tags, 'tags'),
    isArchived: properties.isArchived === undefined ? before.isArchived : properties.isArchived === true,
    modifiedBy: creatorOf(principal),
    modifiedAt: platform.now(),
  };
}

function findVersion({ platform, params }: ArmCall, kind: AssetKind): AssetVersion {
  const found = kind.book(platform).version(String(params.name), String(params.version));
  if (!found) throw missing(`${kind.noun} version ${params.name}:${params.version} was not found.`);
  return found;
}

/** `createdtime` or `modifiedtime`, with `asc` or `desc`; newest first without. */
function inOrder(versions: AssetVersion[], orderBy: string | null): AssetVersion[] {
  if (!orderBy) return versions;
  const [field = '', direction = 'asc'] = orderBy.toLowerCase().split(' ');
  if (field !== 'createdtime' && field !== 'modifiedtime')
    throw badRequest(`$orderBy: '${field}' is not supported; use createdtime or modifiedtime.`);
  const at = (version: AssetVersion) => (field === 'createdtime' ? version.createdAt : version.modifiedAt);
  const ascending = [...versions].reverse().sort((a, b) => at(a) - at(b));
  return direction === 'desc' ? ascending.reverse() : ascending;
}

function topOf(query: URLSearchParams): number | undefined {
  const top = query.get('$top');
  if (top === null) return undefined;
  if (!/^[1-9]\d*$/.test(top)) throw badRequest('$top must be a positive whole number.');
  return Number(top);
}

function renderVersion({ platform }: ArmCall, kind: AssetKind, version: AssetVersion) {
  const { name, type, uri, description, tags, properties, isArchived, isAnonymous, more } = version;
  return envelope(platform.workspace, `${kind.segment}/${name}/versions/${version.version}`, {
    by: version,
    properties: {
      [kind.typeField]: type,
      [kind.uriField]: uri,
      ...{ description, tags, properties, isArchived, isAnonymous },
      ...more,
    },
  });
}
