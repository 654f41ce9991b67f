import { join } from 'node:path';
import { startAzureML } from '../azure-ml/index.ts';
import { type Entra, type Person, startEntra } from '../entra/index.ts';
import { startTraining } from '../training/index.ts';
import type { Upstreams } from './gateway-settings.ts';
import type { UpstreamPorts } from './ports.ts';
import { localTenant, localWorkspace } from './tenant.ts';

export type PlatformOptions = {
  /** Folder of what the emulators hold. */
  home: string;
  /** The gateway's secret. */
  clientSecret: string;
  /** Free ones by default. */
  ports?: UpstreamPorts;
  /** People besides the four that are always there. */
  morePeople?: Person[];
};

/** The emulated cloud: the issuer of tokens, and Azure Machine Learning with its storage. */
export type Platform = { entra: Entra; upstreams: Upstreams; close(): Promise<void> };

/** Starts every emulator in this process. */
export async function startPlatform({
  home,
  clientSecret,
  ports,
  morePeople,
}: PlatformOptions): Promise<Platform> {
  const entra = await startEntra({
    ...localTenant,
    clientSecret,
    statePath: join(home, 'entra.json'),
    port: ports?.entra,
    morePeople,
  });
  const train = startTraining;
  const azureML = await startAzureML({ ...localWorkspace, entra, home, ports, train }).catch(
    async (error) => {
      await entra.close();
      throw error;
    },
  );
  return {
    entra,
    upstreams: {
      entra: entra.url,
      arm: azureML.arm.url,
      azureml: azureML.azureml.url,
      blob: azureML.blob.url,
    },
    close: async () => {
      await azureML.close();
      await entra.close();
    },
  };
}
