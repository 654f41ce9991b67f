import { MlgraphError } from '../../domain/errors.ts';

/** Suffixes of the public and the sovereign clouds. A datastore is a user's to make: its word is no host to trust. */
const endpoints = new Set(['core.windows.net', 'core.usgovcloudapi.net', 'core.chinacloudapi.cn']);
const accountPattern = /^[a-z0-9]{3,24}$/;
const containerPattern = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;

/** Where a container lies, as its datastore says. */
export type BlobPlace = {
  account: string /** Such as `core.windows.net`. */;
  endpoint: string;
  container: string;
};
/** An address within one account: the account's base URL, and the rest with its query. */
export type BlobAddress = { account: string; baseUrl: string; path: string };

const untrusted = (what: string) =>
  new MlgraphError('UPSTREAM_ERROR', `Azure ML names ${what} this gateway does not go to.`, {
    upstream: 'blob',
  });

/** The account's base URL: its own host, or its folder at the one configured host. */
const baseUrlOf = (account: string, endpoint: string, override: string | null): string =>
  override ? `${override.replace(/\/+$/, '')}/${account}` : `https://${account}.blob.${endpoint}`;

/** Address of a container. @throws UPSTREAM_ERROR for names that are none, or a host that is not of Azure Storage. */
export function containerAddress(
  { account, endpoint, container }: BlobPlace,
  override: string | null,
): BlobAddress {
  const known = override !== null || endpoints.has(endpoint);
  if (!known || !accountPattern.test(account) || !containerPattern.test(container)) {
    throw untrusted('a storage account');
  }
  return { account, baseUrl: baseUrlOf(account, endpoint, override), path: `/${container}` };
}

/**
 * Address behind a SAS URL that an upstream handed out.
 * @throws UPSTREAM_ERROR unless it lies on Azure Storage, or at the one configured host.
 */
export function sasAddress(sasUrl: string, override: string | null): BlobAddress {
  const url = URL.parse(sasUrl);
  if (!url || url.username || url.password) throw untrusted('an address');
  const rest = `${url.pathname}${url.search}`;
  if (override) {
    const base = new URL(override);
    const prefix = `${base.pathname.replace(/\/+$/, '')}/`;
    const [account = ''] = url.pathname.slice(prefix.length).split('/', 1);
    const inside =
      url.origin === base.origin && url.pathname.startsWith(prefix) && accountPattern.test(account);
    if (!inside) throw untrusted('an address');
    const path = rest.slice(prefix.length + account.length);
    return { account, baseUrl: baseUrlOf(account, '', override), path };
  }
  const [, account = '', endpoint = ''] = /^([^.]+)\.blob\.(.+)$/.exec(url.host) ?? [];
  const trusted = url.protocol === 'https:' && accountPattern.test(account) && endpoints.has(endpoint);
  if (!trusted) throw untrusted('an address');
  return { account, baseUrl: baseUrlOf(account, endpoint, null), path: rest };
}
