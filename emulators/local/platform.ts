import { join } from 'node:path';
import { startAzureML } from '../azure-ml/index.ts';
import { startChapkit } from '../chapkit/index.ts';
import { startDatabricks } from '../databricks/index.ts';
import { type Entra, type Person, startEntra } from '../entra/index.ts';
import { startFoundry } from '../foundry/index.ts';
import { type Keycloak, startKeycloak } from '../keycloak/index.ts';
import { startSupabase } from '../supabase/index.ts';
import { startThreescale } from '../threescale/index.ts';
import { startTraining } from '../training/index.ts';
import {
  chapkitKey,
  chapkitServices,
  supabaseKeys,
  threescaleToken,
  type Upstreams,
} from './gateway-settings.ts';
import type { UpstreamPorts } from './ports.ts';
import { localProject, localQuestionsPerMinute, localRealm, localTenant, localWorkspace } from './tenant.ts';

export type PlatformOptions = {
  /** Folder of what the emulators hold. */
  home: string;
  /** The gateway's secret. */
  clientSecret: string;
  /** Free ones by default. */
  ports?: UpstreamPorts;
  /** People besides the four that are always there. */
  morePeople?: Person[];
  /** Kept in the home by default; in passing, it is opened from a dump, and gone in the end. */
  database?: 'kept' | 'passing' | 'none';
  /** Milliseconds between two words of an agent. */
  pace?: number;
  /** Milliseconds that an answer of Genie stays in one status. */
  answerPace?: number;
};

/**
 * The emulated cloud: the issuer of tokens, Azure Machine Learning with its storage, Foundry, Databricks, the
 * Chapkit services, Keycloak, 3scale, and the database.
 */
export type Platform = {
  entra: Entra;
  keycloak: Keycloak;
  upstreams: Upstreams;
  /** Resolves when the database keeps nobody waiting; the rest does from the beginning. */
  opened: Promise<void>;
  close(): Promise<void>;
};

type Closable = { close(): Promise<void> };

/** Starts every emulator in this process. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const started: Closable[] = [];
  const close = async () => {
    for (const emulator of started.splice(0).reverse()) await emulator.close();
  };
  const keep = async <T extends Closable>(starting: Promise<T>): Promise<T> => {
    const emulator = await starting;
    started.push(emulator);
    return emulator;
  };
  try {
    return { ...(await startAll(options, keep)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Keep = <T extends Closable>(starting: Promise<T>) => Promise<T>;

async function startAll(options: PlatformOptions, keep: Keep): Promise<Omit<Platform, 'close'>> {
  const { home, clientSecret, ports, morePeople, pace } = options;
  // The database takes longest to open, in a thread of its own.
  const database = keep(startDatabase(options));
  // Until it is waited for below.
  database.catch(() => undefined);
  const statePath = join(home, 'entra.json');
  const port = ports?.entra;
  const entra = await keep(startEntra({ ...localTenant, clientSecret, statePath, port, morePeople }));
  const train = startTraining;
  const azureML = await keep(startAzureML({ ...localWorkspace, entra, home, ports, train }));
  const foundry = await keep(
    startFoundry({ entra, home: join(home, 'foundry'), project: localProject, port: ports?.foundry, pace }),
  );
  const databricks = await keep(
    startDatabricks({
      entra,
      home: join(home, 'databricks'),
      port: ports?.databricks,
      questionsPerMinute: localQuestionsPerMinute,
      pace: options.answerPace,
    }),
  );
  const keycloak = await keep(
    startKeycloak({ home: join(home, 'keycloak'), port: ports?.keycloak, realm: localRealm }),
  );
  const services = await startServices(options, keep);
  const upstreams = {
    entra: entra.url,
    arm: azureML.arm.url,
    azureml: azureML.azureml.url,
    blob: azureML.blob.url,
    foundry: foundry.url,
    databricks: databricks.url,
    ...services,
    keycloak: keycloak.url,
    threescale: (await keep(startProducts(options, services))).url,
    supabase: (await database).url,
  };
  return { entra, keycloak, upstreams, opened: (await database).opened };
}

async function startServices(
  { home, clientSecret, ports }: PlatformOptions,
  keep: Keep,
): Promise<Pick<Upstreams, 'chapkit' | 'chapkit-2'>> {
  const urls = { chapkit: '', 'chapkit-2': '' };
  for (const { upstream, systemName: name, generation } of chapkitServices) {
    const keys = [chapkitKey(clientSecret, name)];
    const place = { home: join(home, upstream), port: ports?.[upstream] };
    urls[upstream] = (await keep(startChapkit({ name, generation, keys, ...place }))).url;
  }
  return urls;
}

/** 3scale, with the first of the services behind one of its products. */
const startProducts = (
  { home, clientSecret, ports }: PlatformOptions,
  { chapkit: url }: Pick<Upstreams, 'chapkit'>,
): ReturnType<typeof startThreescale> =>
  startThreescale({
    home: join(home, 'threescale'),
    port: ports?.threescale,
    accessToken: threescaleToken(clientSecret),
    gateway: {
      'disease-forecast-api': { url, apiKey: chapkitKey(clientSecret, chapkitServices[0].systemName) },
    },
  });

async function startDatabase({
  home,
  clientSecret,
  ports,
  database = 'kept',
}: PlatformOptions): Promise<Closable & { url: string | null; opened: Promise<void> }> {
  if (database === 'none') return { url: null, opened: Promise.resolve(), close: async () => undefined };
  const place = database === 'kept' ? { home } : { fromDump: true };
  return await startSupabase({ ...place, port: ports?.supabase, ...supabaseKeys(clientSecret) });
}
