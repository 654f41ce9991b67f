import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startAzureML } from '../azure-ml/index.ts';
import { type Entra, type Person, startEntra } from '../entra/index.ts';
import { startTraining } from '../training/index.ts';
import type { UpstreamPorts } from './ports.ts';
import { localTenant, localWorkspace } from './tenant.ts';

export type PlatformOptions = {
  /** Folder of what the emulators hold. */
  home: string;
  /** Free ones by default. */
  ports?: UpstreamPorts;
  /** People besides the four that are always there. */
  morePeople?: Person[];
};

/** The emulated cloud: the issuer of tokens, and Azure Machine Learning with its storage. */
export type Platform = {
  entra: Entra;
  /** Addresses, by the names under which they are known. */
  upstreams: { entra: string; arm: string; azureml: string; blob: string };
  /** The settings with which a gateway uses this platform. */
  settings: Record<string, string>;
  close(): Promise<void>;
};

/** Starts every emulator in this process. */
export async function startPlatform({ home, ports, morePeople }: PlatformOptions): Promise<Platform> {
  const clientSecret = randomBytes(24).toString('base64url');
  const entra = await startEntra({
    ...localTenant,
    clientSecret,
    statePath: join(home, 'entra.json'),
    port: ports?.entra,
    morePeople,
  });
  const azureML = await startAzureML({ ...localWorkspace, entra, home, ports, train: startTraining }).catch(
    async (error) => {
      await entra.close();
      throw error;
    },
  );
  const upstreams = {
    entra: entra.url,
    arm: azureML.arm.url,
    azureml: azureML.azureml.url,
    blob: azureML.blob.url,
  };
  return {
    entra,
    upstreams,
    settings: { ...tenantSettings(clientSecret), ...upstreamSettings(upstreams) },
    close: async () => {
      await azureML.close();
      await entra.close();
    },
  };
}

const tenantSettings = (clientSecret: string) => ({
  AZURE_TENANT_ID: localTenant.tenantId,
  AZURE_CLIENT_ID: localTenant.clientId,
  AZURE_CLIENT_SECRET: clientSecret,
  AZURE_SUBSCRIPTION_ID: localWorkspace.subscriptionId,
  AZURE_RESOURCE_GROUP: localWorkspace.resourceGroup,
  AZUREML_WORKSPACE_NAME: localWorkspace.workspace,
});

const upstreamSettings = (upstreams: Platform['upstreams']) => ({
  AZURE_AUTHORITY_HOST: upstreams.entra,
  AZURE_RESOURCE_MANAGER_ENDPOINT: upstreams.arm,
  AZUREML_API_ENDPOINT: upstreams.azureml,
  AZURE_STORAGE_BLOB_ENDPOINT: upstreams.blob,
});
