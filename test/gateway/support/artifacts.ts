import type { Stack } from './stack.ts';

/** What a run put out, read past the gateway: by Ada's own token for the data plane, then the address that it gives. */
export async function artifactOf<T>({ emulators, tokens }: Stack, runName: string, path: string): Promise<T> {
  const { settings, urls } = emulators;
  const workspace = `subscriptions/${settings.AZURE_SUBSCRIPTION_ID}/resourceGroups/${settings.AZURE_RESOURCE_GROUP}/providers/Microsoft.MachineLearningServices/workspaces/${settings.AZUREML_WORKSPACE_NAME}`;
  const info = await fetch(
    `${urls.azureml}/history/v1.0/${workspace}/experiments/_/runs/${runName}/artifacts/contentinfo?path=${encodeURIComponent(path)}`,
    { headers: { authorization: `Bearer ${await exchanged(settings, tokens.Ada ?? '')}` } },
  );
  const { contentUri } = (await info.json()) as { contentUri: string };
  return (await (await fetch(contentUri)).json()) as T;
}

async function exchanged(settings: Record<string, string>, assertion: string): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    requested_token_use: 'on_behalf_of',
    client_id: settings.AZURE_CLIENT_ID ?? '',
    client_secret: settings.AZURE_CLIENT_SECRET ?? '',
    scope: 'https://ml.azure.com/.default',
    assertion,
  });
  const url = `${settings.AZURE_AUTHORITY_HOST}/${settings.AZURE_TENANT_ID}/oauth2/v2.0/token`;
  const answer = (await (await fetch(url, { method: 'POST', body: form })).json()) as {
    access_token: string;
  };
  return answer.access_token;
}
