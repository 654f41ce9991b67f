import type { Api } from '../api/client.ts';
import { findOne, mayBeId } from '../api/find.ts';
import { collect } from '../api/pages.ts';
import type { Cli } from '../cli.ts';
import { interrupted, usage } from '../failure.ts';
import type { ApiKeysQuery, Scope } from '../graphql/graphql.ts';
import { ApiKeys, CreateApiKey, RevokeApiKey, RotateApiKey } from '../operations.ts';
import type { Column } from '../output/table.ts';
import { answered } from './answered.ts';
import { type ListOptions, moment, showList } from './listing.ts';

export type CreateOptions = { scope: Scope[]; expires?: number; requestsPerMinute?: number };
export type RotateOptions = { grace: number };

export async function createKey(cli: Cli, name: string, options: CreateOptions): Promise<void> {
  const { scope: scopes, expires, requestsPerMinute } = options;
  const expiresAt =
    expires === undefined ? undefined : new Date(cli.world.now() + expires * 1000).toISOString();
  const answer = await cli
    .api()
    .request(CreateApiKey, { input: { name, scopes, expiresAt, requestsPerMinute } });
  tellSecret(cli, answered(answer.createApiKey));
}

export async function rotateKey(cli: Cli, said: string, { grace }: RotateOptions): Promise<void> {
  const api = cli.api();
  const id = await keyIdOf(api, said);
  const answer = await api.request(RotateApiKey, { input: { id, graceSeconds: grace } });
  tellSecret(cli, answered(answer.rotateApiKey));
  cli.out.note(grace > 0 ? `The old secret works for another ${grace} s.` : 'The old secret works no more.');
}

type Made = {
  apiKey: { name: string; prefix: string; scopes: readonly Scope[]; expiresAt?: string | null };
  secret: string;
};

function tellSecret({ out }: Cli, made: Made): void {
  const { name, prefix, scopes, expiresAt } = made.apiKey;
  const until = expiresAt ? `, until ${moment(expiresAt)}` : '';
  out.note(`Key ${name} (${prefix}…) for ${scopes.join(', ')}${until}. Its secret, shown this once:`);
  if (out.json) out.document(made);
  else out.line(made.secret);
}

export async function listKeys(cli: Cli, options: ListOptions & { usage?: number | true }): Promise<void> {
  const api = cli.api();
  const withUsage = options.usage !== undefined;
  const days = typeof options.usage === 'number' ? options.usage : 30;
  await showList(
    cli,
    'apiKeys',
    options,
    async (page) => (await api.request(ApiKeys, { ...page, withUsage, days })).apiKeys,
    columnsOf(withUsage),
  );
}

type Key = NonNullable<ApiKeysQuery['apiKeys']>['nodes'][number];

const columnsOf = (withUsage: boolean): Column<Key>[] => [
  { head: 'NAME', of: ({ name }) => name },
  { head: 'PREFIX', of: ({ prefix }) => prefix },
  { head: 'SCOPES', of: ({ scopes }) => scopes.join(' ') },
  { head: 'CREATED', of: ({ createdAt }) => moment(createdAt) },
  { head: 'ENDS', of: ({ revokedAt, expiresAt }) => (revokedAt ? 'revoked' : moment(expiresAt)) },
  { head: 'LAST USED', of: ({ lastUsedAt }) => moment(lastUsedAt) },
  ...(withUsage ? usageColumns : []),
  { head: 'ID', of: ({ id }) => id, wide: true },
];

const total = ({ usage: days }: Key, what: 'requests' | 'errors' | 'cost') =>
  days ? days.reduce((sum, day) => sum + day[what], 0) : null;

const usageColumns: Column<Key>[] = [
  { head: 'REQUESTS', of: (key) => total(key, 'requests') },
  { head: 'ERRORS', of: (key) => total(key, 'errors') },
  { head: 'COST', of: (key) => total(key, 'cost') },
];

export async function revokeKey(cli: Cli, said: string, { yes }: { yes?: boolean }): Promise<void> {
  const { out, world } = cli;
  const api = cli.api();
  const id = await keyIdOf(api, said);
  if (!yes) {
    if (!out.interactive) throw usage('Revoking cannot be undone.', 'Add --yes.');
    const answer = await world.ask(`Revoke ${said} for good? [y/N] `);
    if (answer === null) throw interrupted();
    if (!/^y(es)?$/i.test(answer.trim())) return out.note('Nothing was done.');
  }
  const { apiKey } = answered((await api.request(RevokeApiKey, { input: { id } })).revokeApiKey);
  if (out.json) out.document({ apiKey });
  else out.note(`${apiKey.name} (${apiKey.prefix}…) is revoked.`, 'green');
}

/** Of a key by its id, its prefix, or a name that one live key has. */
async function keyIdOf(api: Api, said: string): Promise<string> {
  if (mayBeId(said)) return said;
  const load = async (page: { first: number; after: string | undefined }) =>
    (await api.request(ApiKeys, page)).apiKeys;
  const { items } = await collect(1000, undefined, load);
  const live = items.filter(({ revokedAt }) => !revokedAt);
  return findOne('key', said, live, ({ id, name, prefix }) => ({ id, names: [name, prefix] })).id;
}
