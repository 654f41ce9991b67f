import type { Creator } from '../state/runs.ts';
import { isoTime } from '../state/time.ts';
import type { Workspace } from '../state/workspace.ts';

export type Provenance = {
  createdBy: Creator;
  createdAt: number;
  modifiedBy: Creator;
  modifiedAt: number;
};

/** The ARM form of something below the workspace; `path` is below it too, such as `jobs/brave_leaf_01`. */
export function envelope(workspace: Workspace, path: string, o: { properties: object; by?: Provenance }) {
  const segments = path.split('/');
  const type = segments.filter((_, index) => index % 2 === 0).join('/');
  return {
    id: `${workspace.id}/${path}`,
    name: segments.at(-1),
    type: `Microsoft.MachineLearningServices/workspaces/${type}`,
    properties: o.properties,
    ...(o.by ? { systemData: systemData(o.by) } : {}),
  };
}

const systemData = ({ createdBy, createdAt, modifiedBy, modifiedAt }: Provenance) => ({
  createdBy: createdBy.name,
  createdByType: createdBy.kind,
  createdAt: isoTime(createdAt),
  lastModifiedBy: modifiedBy.name,
  lastModifiedByType: modifiedBy.kind,
  lastModifiedAt: isoTime(modifiedAt),
});
