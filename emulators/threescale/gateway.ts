import { Readable } from 'node:stream';
import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { type Product, products } from './catalogue.ts';
import type { Application } from './state/rows.ts';
import type { Tenant } from './state/tenant.ts';

/** What is behind a product: a service's address, and the key that it wants in `X-API-Key`. */
export type Backend = { url: string; apiKey: string | null };
/** By the product's system name. */
export type Backends = Readonly<Record<string, Backend>>;

const prefix = '/gateway/';

/** The public address of a product, below the emulator's own. */
export const gatewayPath = (systemName: string): string => `${prefix}${systemName}`;

/** Null: the request is not for a gateway. */
export async function serveGateway(
  tenant: Tenant,
  backends: Backends,
  request: EmulatorRequest,
): Promise<Reply | null> {
  const product = productOf(request);
  if (!product) return null;
  const refused = refusalOf(tenant, product, request);
  if (refused) return refused;
  const backend = backends[product.systemName];
  if (!backend) return { status: 404, body: 'No Mapping Rule matched' };
  return forward(product, backend, request);
}

function productOf({ path }: EmulatorRequest): Product | undefined {
  if (!path.startsWith(prefix)) return undefined;
  const [name] = path.slice(prefix.length).split('/');
  return products.find(({ systemName }) => systemName === name);
}

/** The caller's application, as the call log names it. */
export function gatewayCaller(tenant: Tenant, request: EmulatorRequest): string | null {
  const product = productOf(request);
  const application = product && applicationOf(tenant, product, request);
  return application ? application.name : null;
}

/** As APIcast answers by default: 403, in plain text. */
function refusalOf(tenant: Tenant, product: Product, request: EmulatorRequest): Reply | null {
  const { userKey, appId, appKey } = credentialsIn(product, request);
  const given = product.backendVersion === '1' ? userKey !== '' : appId !== '' && appKey !== '';
  if (!given) return { status: 403, body: 'Authentication parameters missing' };
  if (applicationOf(tenant, product, request)?.state === 'live') return null;
  return { status: 403, body: 'Authentication failed' };
}

function applicationOf(tenant: Tenant, product: Product, request: EmulatorRequest): Application | undefined {
  const { userKey, appId, appKey } = credentialsIn(product, request);
  const fits = (row: Application) =>
    product.backendVersion === '1'
      ? row.userKey === userKey
      : row.applicationId === appId && row.keys.some(({ value }) => value === appKey);
  return tenant.applications.list().find((row) => row.serviceId === product.id && fits(row));
}

function credentialsIn(product: Product, { url, headers }: EmulatorRequest) {
  const { credentialsLocation: where, userKeyName } = product;
  const named = (name: string): string => {
    if (where === 'query') return url.searchParams.get(name) ?? '';
    return String(headers[name.toLowerCase()] ?? '');
  };
  if (where !== 'authorization')
    return { userKey: named(userKeyName), appId: named('app_id'), appKey: named('app_key') };
  const [, encoded = ''] = /^Basic (.+)$/i.exec(headers.authorization ?? '') ?? [];
  const [user = '', password = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { userKey: user, appId: user, appKey: password };
}

/** Of one hop alone, and what the body's decoding has made untrue. */
const hopHeaders = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'content-encoding',
  'host',
  'expect',
  'upgrade',
];

async function forward(
  { userKeyName }: Product,
  { url, apiKey }: Backend,
  request: EmulatorRequest,
): Promise<Reply> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (!hopHeaders.includes(name) && name !== userKeyName.toLowerCase()) headers.set(name, String(value));
  if (apiKey !== null) headers.set('x-api-key', apiKey);
  const path = request.url.pathname.replace(/^\/gateway\/[^/]+/, '');
  const hasBody = !['GET', 'HEAD'].includes(request.method);
  const body = hasBody ? new Uint8Array(await request.body()) : undefined;
  try {
    const { method } = request;
    const answer = await fetch(`${url}${path}${request.url.search}`, { method, headers, body });
    return replyOf(answer);
  } catch {
    return { status: 502, body: 'Bad Gateway' };
  }
}

function replyOf(answer: Response): Reply {
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !hopHeaders.includes(name)));
  const body = answer.body
    ? Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0])
    : undefined;
  return { status: answer.status, headers, body };
}
