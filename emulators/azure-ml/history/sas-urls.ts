import { mintSas } from '../../blob/sas.ts';
import type { Platform } from '../state/platform.ts';
import type { RunRecord } from '../state/runs.ts';
import { artifactAt } from '../state/uris.ts';

/** An address at which one artifact can be read without a token, for a while. */
export function artifactUrl(platform: Platform, runId: string, path: string): string {
  const { account, urls } = platform.workspace;
  const at = artifactAt(runId, path);
  const expiresAt = platform.now() + platform.switches.sasLifetimeMs;
  const name = at.name.split('/').map(encodeURIComponent).join('/');
  return `${urls.blob}/${account.name}/${at.container}/${name}?${mintSas(account, at, { permissions: 'r', expiresAt })}`;
}

export const logUrls = (platform: Platform, run: RunRecord): Record<string, string> =>
  Object.fromEntries(run.logFiles.map((path) => [path, artifactUrl(platform, run.runId, path)]));
