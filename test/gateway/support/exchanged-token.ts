/** A person's token for an upstream, as the gateway gets it: to look past the gateway in that person's name. */
export async function onBehalfOf(
  settings: Record<string, string>,
  assertion: string,
  scope: string,
): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    requested_token_use: 'on_behalf_of',
    client_id: settings.AZURE_CLIENT_ID ?? '',
    client_secret: settings.AZURE_CLIENT_SECRET ?? '',
    scope,
    assertion,
  });
  const url = `${settings.AZURE_AUTHORITY_HOST}/${settings.AZURE_TENANT_ID}/oauth2/v2.0/token`;
  const answer = (await (await fetch(url, { method: 'POST', body: form })).json()) as {
    access_token: string;
  };
  return answer.access_token;
}
