import { createTokenExchange } from '../../../src/auth/token-exchange.ts';
import {
  type ConnectorOptions,
  createAzureMLConnector,
} from '../../../src/datasources/azure-ml/connector.ts';
import type { AzureML } from '../../../src/datasources/azure-ml/index.ts';
import type { Caller } from '../../../src/domain/callers.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import { startTestEmulators, type TestEmulators } from '../../support/emulators.ts';

/** The emulators, and people's connections to them by tokens truly exchanged. */
export async function startEmulated(options: ConnectorOptions = {}) {
  const emulators = await startTestEmulators();
  const setting = (name: string) => emulators.settings[name] ?? '';
  const exchange = createTokenExchange(
    {
      tenantId: setting('AZURE_TENANT_ID'),
      clientId: setting('AZURE_CLIENT_ID'),
      credential: { kind: 'secret', secret: setting('AZURE_CLIENT_SECRET') },
      authorityHost: setting('AZURE_AUTHORITY_HOST'),
    },
    { clock: systemClock },
  );
  const connector = createAzureMLConnector(
    {
      subscriptionId: setting('AZURE_SUBSCRIPTION_ID'),
      resourceGroup: setting('AZURE_RESOURCE_GROUP'),
      workspace: setting('AZUREML_WORKSPACE_NAME'),
      armEndpoint: setting('AZURE_RESOURCE_MANAGER_ENDPOINT'),
      apiEndpoint: setting('AZUREML_API_ENDPOINT'),
      blobEndpoint: setting('AZURE_STORAGE_BLOB_ENDPOINT'),
    },
    options,
  );
  const as = (name: string, signal = new AbortController().signal): AzureML => {
    const caller = callerNamed(emulators, name, setting('AZURE_TENANT_ID'));
    const identity = { caller, assertion: () => emulators.tokens[name] ?? '' };
    return connector.connect({
      token: (scope, asked) => exchange.onBehalfOf(identity, scope, asked),
      call: { signal, requestId: 'operation-1', traceparent: '' },
      callerKey: caller.key,
    });
  };
  return {
    emulators,
    as,
    async [Symbol.asyncDispose]() {
      await Promise.all([connector.close(), exchange.close()]);
      await emulators.close();
    },
  };
}

function callerNamed({ entra }: TestEmulators, name: string, tenantId: string): Caller {
  const subject = entra.people.find((person) => person.name === name)?.oid ?? '';
  return {
    kind: 'USER',
    key: `entra:${tenantId}:${subject}`,
    issuerKind: 'entra',
    tenantId,
    subject,
    issuer: 'emulator',
    name,
    email: null,
    emailVerified: false,
    userName: null,
    roles: [],
    role: 'MEMBER',
    scopes: [],
    expiresAt: new Date(8.64e15),
    apiKey: null,
  };
}
