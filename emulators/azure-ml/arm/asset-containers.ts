import type { AssetContainer } from '../state/assets.ts';
import type { AssetKind } from './asset-kinds.ts';
import { type ArmCall, type ArmHandler, bodyProperties, creatorOf, textMap, textOrNull } from './call.ts';
import { envelope } from './envelope.ts';
import { badRequest, missing } from './errors.ts';
import { inView, pageReply } from './paging.ts';

/** List, get, put and delete of the names under which versions stand. */
export const listContainers =
  (kind: AssetKind): ArmHandler =>
  (call) => {
    const book = kind.book(call.platform);
    const shown = [...book.containers.values()]
      .filter(({ name, isArchived }) => inView(call.query, isArchived) && !isAnonymous(call, kind, name))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return pageReply(call, shown, {
      keyOf: ({ name }) => name,
      render: (container) => renderContainer(call, kind, container),
    });
  };

export const getContainer =
  (kind: AssetKind): ArmHandler =>
  (call) => ({ status: 200, body: renderContainer(call, kind, findContainer(call, kind)) });

export const putContainer =
  (kind: AssetKind): ArmHandler =>
  async (call) => {
    const properties = await bodyProperties(call.request);
    const before = kind.book(call.platform).containers.get(String(call.params.name));
    const container = saveContainer(call, kind, properties);
    return { status: before ? 200 : 201, body: renderContainer(call, kind, container) };
  };

export const deleteContainer =
  (kind: AssetKind): ArmHandler =>
  (call) => {
    kind.checkDelete();
    const name = String(call.params.name);
    const book = kind.book(call.platform);
    for (const { version } of book.versions(name)) book.deleteVersion(name, version);
    return { status: book.containers.delete(name) ? 200 : 204 };
  };

/** Creates the container, or changes what may change of it: all but its type. */
export function saveContainer(
  { platform, params, principal }: ArmCall,
  kind: AssetKind,
  properties: Record<string, unknown>,
): AssetContainer {
  const name = String(params.name);
  const book = kind.book(platform);
  const before = book.containers.get(name);
  const type = checkType(kind, before, properties[kind.typeField]);
  const by = creatorOf(principal);
  return book.containers.put(name, {
    name,
    type,
    description: textOrNull(properties.description) ?? before?.description ?? null,
    tags: properties.tags === undefined ? (before?.tags ?? {}) : textMap(properties.tags, 'tags'),
    properties: before?.properties ?? textMap(properties.properties, 'properties'),
    isArchived: properties.isArchived === true,
    createdBy: before?.createdBy ?? by,
    createdAt: before?.createdAt ?? platform.now(),
    modifiedBy: by,
    modifiedAt: platform.now(),
  });
}

/** Throws 400 for a type that is unknown, or that is not the one the name already has. */
export function checkType(kind: AssetKind, before: AssetContainer | undefined, wanted: unknown): string {
  if (!kind.containerHasType) return '';
  if (typeof wanted !== 'string' || !kind.types.includes(wanted))
    throw badRequest(`The field ${kind.typeField} must be one of ${kind.types.join(', ')}.`);
  if (before && before.type !== wanted)
    throw badRequest(
      `The data asset '${before.name}' has the type ${before.type}; a version of type ${wanted} cannot be added.`,
    );
  return wanted;
}

function findContainer({ platform, params }: ArmCall, kind: AssetKind): AssetContainer {
  const found = kind.book(platform).containers.get(String(params.name));
  if (!found) throw missing(`${kind.noun} container ${params.name} was not found.`);
  return found;
}

/** What an AutoML job puts out itself is not listed: nobody has registered it. */
function isAnonymous({ platform }: ArmCall, kind: AssetKind, name: string): boolean {
  const versions = kind.book(platform).versions(name);
  return versions.length > 0 && versions.every((version) => version.isAnonymous);
}

function renderContainer({ platform }: ArmCall, kind: AssetKind, container: AssetContainer) {
  const { name, type, description, tags, properties, isArchived } = container;
  return envelope(platform.workspace, `${kind.segment}/${name}`, {
    by: container,
    properties: {
      description,
      tags,
      properties,
      isArchived,
      ...kind.book(platform).numbering(name),
      ...(kind.containerHasType ? { [kind.typeField]: type } : {}),
    },
  });
}
