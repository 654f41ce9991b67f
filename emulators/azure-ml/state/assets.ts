import type { Creator } from './runs.ts';
import type { Collection, Store } from './store.ts';

type Described = {
  description: string | null;
  tags: Record<string, string>;
  properties: Record<string, string>;
  isArchived: boolean;
  createdBy: Creator;
  createdAt: number;
  modifiedBy: Creator;
  modifiedAt: number;
};
/** A name under which versions stand. `type` of a data container binds its versions. */
export type AssetContainer = Described & { name: string; type: string };
/** One version; `uri` never changes. `more` are the fields that only this kind of asset has. */
export type AssetVersion = Described & {
  name: string;
  version: string;
  type: string;
  uri: string;
  isAnonymous: boolean;
  more: Record<string, unknown>;
};

/** Data assets, or models, of the workspace. */
export type AssetBook = {
  containers: Collection<AssetContainer>;
  version(name: string, version: string): AssetVersion | undefined;
  /** Newest first. */
  versions(name: string): AssetVersion[];
  putVersion(version: AssetVersion): AssetVersion;
  deleteVersion(name: string, version: string): boolean;
  /** The newest version, and the number the next one should have. */
  numbering(name: string): { latestVersion: string | null; nextVersion: string };
};

export function openAssetBook(store: Store, kind: 'data' | 'model'): AssetBook {
  const all = store.collection<AssetVersion>(`${kind}-version`);
  const versions = (name: string) =>
    [...all.values()]
      .filter((version) => version.name === name)
      .sort((a, b) => b.createdAt - a.createdAt || numberOf(b) - numberOf(a));
  return {
    containers: store.collection(`${kind}-container`),
    version: (name, version) => all.get(`${name}:${version}`),
    versions,
    putVersion: (version) => all.put(`${version.name}:${version.version}`, version),
    deleteVersion: (name, version) => all.delete(`${name}:${version}`),
    numbering: (name) => {
      const known = versions(name);
      const highest = Math.max(0, ...known.map(numberOf));
      return { latestVersion: known[0]?.version ?? null, nextVersion: String(highest + 1) };
    },
  };
}

const numberOf = ({ version }: AssetVersion) => (/^\d+$/.test(version) ? Number(version) : 0);
