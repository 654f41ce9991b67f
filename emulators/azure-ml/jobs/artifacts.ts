import type { Platform } from '../state/platform.ts';
import { artifactAt } from '../state/uris.ts';

/** Stores an artifact of a run. */
export async function putArtifact(
  { blobs }: Platform,
  runId: string,
  o: { path: string; content: string; contentType: string },
): Promise<void> {
  const content = (async function* () {
    yield Buffer.from(o.content);
  })();
  await blobs.put(artifactAt(runId, o.path), content, { contentType: o.contentType, metadata: {} });
}

/** Adds a line to a log of the run, which lists the file from its first line on. */
export function appendLog({ blobs, runs }: Platform, runId: string, path: string, line: string): void {
  const run = runs.get(runId);
  if (!run) return;
  blobs.append(artifactAt(runId, path), `${line}\n`);
  if (!run.logFiles.includes(path)) runs.update(runId, { logFiles: [...run.logFiles, path] });
}

/** Paths of all that a run has put out, logs included, with what is stored there. */
export function artifactsOf({ blobs }: Platform, runId: string, prefix = '') {
  const root = artifactAt(runId, '');
  return blobs
    .list(root.container, root.name + prefix)
    .map((blob) => ({ blob, path: blob.name.slice(root.name.length) }));
}
