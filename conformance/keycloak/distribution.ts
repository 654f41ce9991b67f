import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const version = '26.7.4';
const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:tar.gz`;
const home = fileURLToPath(new URL('../.keycloak/', import.meta.url));
const run = promisify(execFile);

/** Why the real Keycloak cannot be had on this machine. */
export class NoKeycloak extends Error {}

async function step(reason: string, command: string, args: string[], timeout: number): Promise<string> {
  const { stdout, stderr } = await run(command, args, { timeout, maxBuffer: 2 ** 24 }).catch((cause) => {
    throw new NoKeycloak(reason, { cause });
  });
  return stdout + stderr;
}

/**
 * The unpacked distribution, got from Maven Central on the first run. Throws NoKeycloak without Java 17 or newer, Maven,
 * or Maven Central.
 */
export async function distribution(): Promise<string> {
  const told = await step('no Java', 'java', ['-version'], 30_000);
  const major = Number(/version "(\d+)/.exec(told)?.[1] ?? 0);
  if (major < 17) throw new NoKeycloak(`Java ${major}, and it takes 17 or newer`);
  const unpacked = join(home, `keycloak-${version}`);
  if (!existsSync(unpacked)) await download(unpacked);
  return unpacked;
}

async function download(unpacked: string): Promise<void> {
  const draft = join(home, 'draft');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  await step('no Maven', 'mvn', ['--version'], 60_000);
  console.log(`getting Keycloak ${version} from Maven Central, once; this takes a minute`);
  const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
  const options = [`-Dartifact=${artifact}`, `-DoutputDirectory=${draft}`];
  await step('no Maven Central', 'mvn', ['-q', '-B', copy, ...options], 600_000);
  const archive = join(draft, `keycloak-quarkus-dist-${version}.tar.gz`);
  await step('the archive cannot be unpacked', 'tar', ['xzf', archive, '-C', draft], 120_000);
  renameSync(join(draft, `keycloak-${version}`), unpacked);
  rmSync(draft, { recursive: true });
}
