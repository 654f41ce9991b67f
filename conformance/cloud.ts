import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startAzureML } from '../emulators/azure-ml/index.ts';
import { createEntra } from '../emulators/entra/index.ts';
import { startEmulator } from '../emulators/kit/server.ts';
import { localTenant, localWorkspace } from '../emulators/local/tenant.ts';
import { startTraining } from '../emulators/training/index.ts';
import { startFront } from './front.ts';

const clientSecret = 'conformance-only';
const login = 'login.microsoftonline.com';
const sample = fileURLToPath(new URL('../samples/iris.csv', import.meta.url));

export type Cloud = { env: Record<string, string>; close(): Promise<void> };

/** The issuer under its real name: the clients compare the address they called with the one in its metadata. */
async function startIssuer() {
  const entra = createEntra({ ...localTenant, clientSecret, origin: () => `https://${login}` });
  const emulator = await startEmulator({ name: 'entra', handle: entra.handle, callerOf: entra.callerOf });
  return { entra, ...emulator };
}

/** The emulators with a fresh state, under Azure's addresses, and what a client's environment needs to find them. */
export async function startCloud(): Promise<Cloud> {
  const home = mkdtempSync(join(tmpdir(), 'mlgraph-conformance-'));
  const { entra, ...issuer } = await startIssuer();
  const azureML = await startAzureML({ ...localWorkspace, entra, home, train: startTraining });
  const account = azureML.account.name;
  const region = `${localWorkspace.location}.api.azureml.ms`;
  const storage = `${account}.blob.core.windows.net`;
  const front = await startFront(
    [
      { host: login, emulator: issuer.url },
      { host: 'management.azure.com', emulator: azureML.arm.url },
      { host: region, emulator: azureML.azureml.url },
      { host: storage, emulator: azureML.blob.url },
    ],
    [
      { from: azureML.arm.url, to: 'https://management.azure.com' },
      { from: azureML.azureml.url, to: `https://${region}` },
      { from: azureML.azureml.url.replace('http:', 'azureml:'), to: `azureml://${region}` },
      { from: `${azureML.blob.url}/${account}`, to: `https://${storage}` },
    ],
  );
  const ca = join(home, 'ca.pem');
  writeFileSync(ca, front.ca);
  return {
    env: {
      HTTPS_PROXY: front.proxyUrl,
      https_proxy: front.proxyUrl,
      NO_PROXY: '',
      no_proxy: '',
      REQUESTS_CA_BUNDLE: ca,
      AZURE_TENANT_ID: localTenant.tenantId,
      AZURE_CLIENT_ID: localTenant.clientId,
      AZURE_CLIENT_SECRET: clientSecret,
      AZURE_SUBSCRIPTION_ID: localWorkspace.subscriptionId,
      AZURE_RESOURCE_GROUP: localWorkspace.resourceGroup,
      AZUREML_WORKSPACE_NAME: localWorkspace.workspace,
      AZUREML_REGION: localWorkspace.location,
      ADA_TOKEN: entra.issueUserToken('Ada'),
      OLAF_TOKEN: entra.issueUserToken('Olaf'),
      SAMPLE: sample,
    },
    close: async () => {
      await front.close();
      await azureML.close();
      await issuer.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
