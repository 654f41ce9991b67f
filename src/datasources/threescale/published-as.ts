import { codeOf } from '../../domain/errors.ts';
import { misconfigured } from './errors.ts';
import type { ThreeScale, ThreeScaleService } from './index.ts';

/** The product as which the settings say that a service is published. @throws UPSTREAM_NOT_CONFIGURED where there is none. */
export async function publishedAs(
  systemName: string,
  threescale: Pick<ThreeScale, 'findService'>,
): Promise<ThreeScaleService> {
  const service = await threescale.findService(systemName).catch((error: unknown) => {
    if (codeOf(error) === 'NOT_FOUND') return null;
    throw error;
  });
  if (service?.systemName !== systemName)
    throw misconfigured(`3scale has no product ${systemName}, as which a service is published.`);
  return service;
}
