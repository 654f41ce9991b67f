import type { ServiceApplication, ThreeScaleService } from './index.ts';

/** How a call to a service's public endpoint says whose it is: by where the product's proxy looks. */
export function presentedKey(
  { authMethod, credentials }: Pick<ThreeScaleService, 'authMethod' | 'credentials'>,
  { appId }: Pick<ServiceApplication, 'appId'>,
  secret: string,
): { headers: Record<string, string>; query: Record<string, string> } {
  const byUserKey = authMethod === 'API_KEY';
  if (credentials.location === 'authorization') {
    const pair = byUserKey ? `${secret}:` : `${appId ?? ''}:${secret}`;
    return { headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, query: {} };
  }
  const values: Record<string, string> = byUserKey
    ? { [credentials.userKey]: secret }
    : { [credentials.appId]: appId ?? '', [credentials.appKey]: secret };
  return credentials.location === 'headers' ? { headers: values, query: {} } : { headers: {}, query: values };
}
