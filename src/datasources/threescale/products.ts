import type { CallContext } from '../../domain/callers.ts';
import { badInput, codeOf, notFound } from '../../domain/errors.ts';
import { pageOfRows } from '../../domain/paging.ts';
import type { Connection } from './connection.ts';
import { misconfigured } from './errors.ts';
import type { ThreeScaleProduct as Product, ThreeScale, ThreeScaleService } from './index.ts';
import type { SharedReads } from './shared-reads.ts';
import { toProduct, toService } from './to-domain.ts';
import { plans, proxy, services, type WirePlan, type WireProxy } from './wire.ts';

type Parts = { shared: SharedReads; open(call: CallContext): Connection; signal: AbortSignal };
export type Products = Pick<
  ThreeScale,
  'products' | 'listServices' | 'allServices' | 'getService' | 'findService'
> & {
  /** The plan under which keys are made. `fresh` reads past what is known. @throws UPSTREAM_NOT_CONFIGURED. */
  planOf(service: ThreeScaleService, options?: { fresh?: boolean }): Promise<WirePlan>;
};

const pageSize = 500;
const mostPages = 20;
/** A service that is not known is looked for again, but no oftener than this. */
const missesKeptMs = 5_000;

export function createProducts({ shared, open, signal }: Parts): Products {
  const products = (maxAgeMs?: number): Promise<Product[]> =>
    shared.get('products', (call) => readProducts(open(call)), { signal, maxAgeMs });

  const complete = async (product: Product): Promise<ThreeScaleService> => {
    const read = (call: CallContext) => readProxy(open(call), product.key);
    return toService(product, await shared.get(`proxy ${product.key}`, read, { signal }));
  };

  /** @throws NOT_FOUND naming `field`. */
  async function find(field: string, fits: (all: Product[]) => Product | null): Promise<ThreeScaleService> {
    const product = fits(await products()) ?? fits(await products(missesKeptMs));
    if (!product) throw notFound('No such service for this caller.', { field });
    return complete(product);
  }

  return {
    products: ({ fresh = false } = {}) => products(fresh ? missesKeptMs : undefined),
    async listServices(page) {
      const rows = behind(page.start.token, await products()).slice(0, page.first + 1);
      const listed = pageOfRows(page, rows, ({ key }) => key);
      const edges = await Promise.all(
        listed.edges.map(async ({ cursor, node }) => ({ cursor, node: await complete(node) })),
      );
      return { ...listed, edges };
    },
    allServices: async () => Promise.all((await products()).map(complete)),
    getService: (key, field = 'id') =>
      find(field, (all) => all.find((product) => product.key === key) ?? null),
    findService: (name, field = 'name') => find(field, (all) => named(all, name, field)),
    async planOf(service, { fresh = false } = {}) {
      const name = `plans ${service.key}`;
      if (fresh) shared.forget(name);
      return planAmong(
        await shared.get(name, (call) => readPlans(open(call), service.key), { signal }),
        service,
      );
    },
  };
}

/** Those made after the one that was last shown. @throws BAD_USER_INPUT for a cursor that somebody else has made. */
function behind(token: string | null, all: Product[]): Product[] {
  if (token === null) return all;
  if (!/^\d+$/.test(token)) throw badInput('after', 'after: not a cursor of this list.');
  return all.filter(({ key }) => Number(key) > Number(token));
}

/** @throws BAD_USER_INPUT where several have the name. */
function named(all: Product[], name: string, field: string): Product | null {
  const own = all.find(({ systemName }) => systemName === name);
  if (own) return own;
  const [product, ...others] = all.filter((each) => each.name === name);
  if (!product || others.length === 0) return product ?? null;
  const choice = [product, ...others].map(({ systemName }) => systemName).join(', ');
  throw badInput(field, `${field}: several services have this name; ask by systemName: ${choice}.`);
}

/** All pages: the last one is short (contract section 4). Those that are being deleted are none any more. */
async function readProducts(connection: Connection): Promise<Product[]> {
  const products: Product[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const query = { page, per_page: pageSize };
    const answer = await connection.send({ method: 'GET', path: 'services', query, schema: services });
    const found = answer.services.map(({ service }) => service);
    products.push(...found.filter(({ state }) => state !== 'deleted').map(toProduct));
    if (found.length < pageSize) break;
  }
  return products.sort((a, b) => Number(a.key) - Number(b.key));
}

/** Null where the product has gone meanwhile. */
async function readProxy(connection: Connection, key: string): Promise<WireProxy | null> {
  try {
    const path = `services/${encodeURIComponent(key)}/proxy`;
    return (await connection.send({ method: 'GET', path, schema: proxy })).proxy;
  } catch (error) {
    if (codeOf(error) === 'NOT_FOUND') return null;
    throw error;
  }
}

async function readPlans(connection: Connection, key: string): Promise<WirePlan[]> {
  const path = `services/${encodeURIComponent(key)}/application_plans`;
  const answer = await connection.send({ method: 'GET', path, schema: plans });
  return answer.plans.map(({ application_plan }) => application_plan);
}

/** The default one, else the first that is published and nobody's own (contract section 10). */
function planAmong(all: WirePlan[], { name }: ThreeScaleService): WirePlan {
  const plan =
    all.find((each) => each.default === true) ??
    all.find((each) => each.state === 'published' && each.custom !== true);
  if (plan) return plan;
  throw misconfigured(`${name} has no plan to make a key under; its owner must publish one in 3scale.`);
}
