import { onBehalfOf } from './exchanged-token.ts';
import type { Stack } from './stack.ts';

/** What a run put out, read past the gateway: by Ada's own token for the data plane, then the address that it gives. */
export async function artifactOf<T>({ emulators, tokens }: Stack, runName: string, path: string): Promise<T> {
  const { settings, urls } = emulators;
  const workspace = `subscriptions/${settings.AZURE_SUBSCRIPTION_ID}/resourceGroups/${settings.AZURE_RESOURCE_GROUP}/providers/Microsoft.MachineLearningServices/workspaces/${settings.AZUREML_WORKSPACE_NAME}`;
  const info = await fetch(
    `${urls.azureml}/history/v1.0/${workspace}/experiments/_/runs/${runName}/artifacts/contentinfo?path=${encodeURIComponent(path)}`,
    {
      headers: {
        authorization: `Bearer ${await onBehalfOf(settings, tokens.Ada ?? '', 'https://ml.azure.com/.default')}`,
      },
    },
  );
  const { contentUri } = (await info.json()) as { contentUri: string };
  return (await (await fetch(contentUri)).json()) as T;
}
