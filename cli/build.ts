import { execFileSync } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };

/**
 * `npm run build`: `dist/mlgraph`, a package for Node 22 and newer without dependencies, and
 * `dist/mlgraph-<platform>-<arch>`, one program that needs no Node.
 */
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const packageDirectory = join(dist, 'mlgraph');
const suffix = process.platform === 'win32' ? '.exe' : '';
const program = join(dist, `mlgraph-${process.platform}-${process.arch}${suffix}`);
const manifest = {
  name: 'mlgraph',
  version: packageJson.version,
  description: 'The machine-learning platforms of the company, from a terminal',
  license: packageJson.license,
  type: 'module',
  bin: { mlgraph: 'mlgraph.js' },
  engines: { node: '>=22.13' },
  files: ['mlgraph.js', 'README.md', 'LICENSE', 'THIRD-PARTY.txt'],
};

const common: BuildOptions = {
  absWorkingDir: root,
  entryPoints: ['cli/main.ts'],
  bundle: true,
  platform: 'node',
  target: 'node22',
  logLevel: 'warning',
  legalComments: 'none',
  metafile: true,
};

await rm(dist, { recursive: true, force: true });
await mkdir(packageDirectory, { recursive: true });
await buildPackage();
await buildProgram();

async function buildPackage(): Promise<void> {
  const path = join(packageDirectory, 'mlgraph.js');
  const { metafile } = await build({
    ...common,
    format: 'esm',
    outfile: path,
    // What the CommonJS packages among them ask for.
    banner: {
      js: `import { createRequire } from 'node:module';const require = createRequire(import.meta.url);`,
    },
  });
  await chmod(path, 0o755);
  await writeFile(join(packageDirectory, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await copyFile(join(root, 'docs/cli.md'), join(packageDirectory, 'README.md'));
  await copyFile(join(root, 'LICENSE'), join(packageDirectory, 'LICENSE'));
  await writeFile(join(packageDirectory, 'THIRD-PARTY.txt'), await licencesOf(metafile as Metafile));
}

/** Node itself with the bundle in it (https://nodejs.org/api/single-executable-applications.html). */
async function buildProgram(): Promise<void> {
  const bundle = join(dist, 'mlgraph.cjs');
  const blob = join(dist, 'mlgraph.blob');
  const settings = join(dist, 'sea.json');
  await build({ ...common, format: 'cjs', outfile: bundle, logOverride: { 'empty-import-meta': 'silent' } });
  await writeFile(
    settings,
    JSON.stringify({
      main: bundle,
      output: blob,
      disableExperimentalSEAWarning: true,
      // What is behind the name belongs to the command, and nothing of it to Node.
      execArgvExtension: 'none',
    }),
  );
  execFileSync(process.execPath, ['--experimental-sea-config', settings], { stdio: 'inherit' });
  await copyFile(process.execPath, program);
  await chmod(program, 0o755);
  const mark = ['--sentinel-fuse', 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'];
  const mac = process.platform === 'darwin';
  if (mac) execFileSync('codesign', ['--remove-signature', program], { stdio: 'inherit' });
  const postject = join(root, 'node_modules/postject/dist/cli.js');
  const segment = mac ? ['--macho-segment-name', 'NODE_SEA'] : [];
  execFileSync(process.execPath, [postject, program, 'NODE_SEA_BLOB', blob, ...mark, ...segment], {
    stdio: 'inherit',
  });
  if (mac) execFileSync('codesign', ['--sign', '-', program], { stdio: 'inherit' });
  for (const path of [bundle, blob, settings]) await rm(path);
}

/** The licences of the packages whose code is in the bundle, as those ask. */
async function licencesOf({ inputs }: Metafile): Promise<string> {
  const packages = new Set<string>();
  for (const path of Object.keys(inputs)) {
    const [, name] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
    if (name) packages.add(name);
  }
  const texts = await Promise.all([...packages].sort().map(licenceOf));
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

async function licenceOf(directory: string): Promise<string> {
  const { name, version, license } = JSON.parse(
    await readFile(join(root, directory, 'package.json'), 'utf8'),
  );
  const title = `${name} ${version} (${license})\n\n`;
  for (const file of ['LICENSE', 'LICENSE.md', 'license', 'LICENSE.txt', 'LICENSE-MIT', 'license.md']) {
    const text = await readFile(join(root, directory, file), 'utf8').catch(() => null);
    if (text !== null) return `${title}${text.trim()}\n`;
  }
  return title;
}
