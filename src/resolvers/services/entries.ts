import type { Context } from '../../context.ts';
import type { ServiceSettings } from '../../datasources/chapkit/connector.ts';
import type { ThreeScaleProduct } from '../../datasources/threescale/index.ts';
import { codeOf } from '../../domain/errors.ts';
import type { Service } from '../../domain/services.ts';
import { readableServices } from './rights.ts';

export type Ask = Pick<
  Context,
  'chapkit' | 'services' | 'caller' | 'threescale' | 'threescaleConfigured' | 'ownKeys'
>;

/** A service of the settings, or a product of 3scale that is none of those. */
export type Entry = { systemName: string } & (
  | { settings: ServiceSettings; product: null }
  | { settings: null; product: ThreeScaleProduct }
);

/** The products that the caller may use. @throws as OwnKeys.account: who has no account may use none. */
export async function productsFor(
  { threescale, ownKeys }: Ask,
  options?: { fresh: boolean },
): Promise<ThreeScaleProduct[]> {
  const [products] = await Promise.all([threescale.products(options), ownKeys.account()]);
  return products;
}

/**
 * Services and products by systemName. A product as which a service is published is that service, for those who may
 * read it, and nothing for others; so is one that is called as a service is.
 */
export function mergedEntries(products: readonly ThreeScaleProduct[], context: Ask): Entry[] {
  const own = readableServices(context).map((settings): Entry => {
    return { systemName: settings.systemName, settings, product: null };
  });
  const taken = context.services.flatMap(({ systemName, threescaleService }) => [
    systemName,
    threescaleService,
  ]);
  const others = products
    .filter(({ systemName, isHidden }) => !isHidden && !taken.includes(systemName))
    .map((product): Entry => ({ systemName: product.systemName, settings: null, product }));
  return [...own, ...others].toSorted((a, b) => (a.systemName < b.systemName ? -1 : 1));
}

/** All that the caller may see; without an account, no products. */
export async function entriesFor(context: Ask, options?: { fresh: boolean }): Promise<Entry[]> {
  if (!context.threescaleConfigured || context.caller.kind === 'SERVICE') return mergedEntries([], context);
  const products = await productsFor(context, options).catch((error: unknown) => {
    if (codeOf(error) === 'NOT_FOUND') return [];
    throw error;
  });
  return mergedEntries(products, context);
}

/** A product that is not among those known may have been made just now. */
export async function findEntries(context: Ask, fits: (entry: Entry) => boolean): Promise<Entry[]> {
  const known = (await entriesFor(context)).filter(fits);
  if (known.length > 0 || !context.threescaleConfigured) return known;
  return (await entriesFor(context, { fresh: true })).filter(fits);
}

/** Its endpoint is not read: see endpointOf. */
export const toService = ({ isHidden: _, key: __, ...product }: ThreeScaleProduct): Service => ({
  ...product,
  endpoint: null,
});
