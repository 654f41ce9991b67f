import { usage } from '../failure.ts';
import type { World } from '../world.ts';
import { readJson, settingsFileOf } from './files.ts';

/** Options that every command takes. */
export type CommonOptions = {
  url?: string;
  issuer?: string;
  clientId?: string;
  json?: boolean;
  verbose?: boolean;
};

export type Setting = 'url' | 'issuer' | 'clientId';
export type Source = 'option' | 'environment' | 'file';
export type Found = { value: string; source: Source };
export type Settings = Partial<Record<Setting, Found>>;

/** Each setting by its name in `mlgraph config`. */
export const settingNames: Readonly<Record<string, Setting>> = {
  url: 'url',
  issuer: 'issuer',
  'client-id': 'clientId',
};

/** What was said and kept: an option counts more than the environment, and that more than the file. */
export async function readSettings(world: World, options: CommonOptions): Promise<Settings> {
  const file = (await readJson(settingsFileOf(world))) ?? {};
  const kept = (name: Setting): Found | undefined =>
    typeof file[name] === 'string' ? { value: file[name], source: 'file' } : undefined;
  const said = (name: Setting): Found | undefined => {
    const value = options[name];
    return value === undefined ? undefined : { value, source: 'option' };
  };
  const address = world.env.MLGRAPH_URL;
  const environment: Found | undefined = address ? { value: address, source: 'environment' } : undefined;
  return {
    url: said('url') ?? environment ?? kept('url'),
    issuer: said('issuer') ?? kept('issuer'),
    clientId: said('clientId') ?? kept('clientId'),
  };
}

/** The address of the API. @throws Failure where none is known, or it is none. */
export function addressOf({ url }: Settings): string {
  if (!url)
    throw usage(
      'Which server? No address is set.',
      'Set it once: mlgraph config set url https://mlgraph.example.com (or --url, or MLGRAPH_URL)',
    );
  return apiAddress(url.value);
}

/** As it is called: `/graphql` is added where there is no path. @throws Failure for what is no web address. */
export function apiAddress(text: string): string {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw usage(`Not the address of a server: ${text}`, 'It begins with https:// (or http://).');
  if (url.username || url.password || url.search || url.hash)
    throw usage('The address of a server holds no user name, query or fragment.');
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}

/** Whether what is sent to this address stays on this machine. */
export const isLoopback = (address: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(address).hostname);
