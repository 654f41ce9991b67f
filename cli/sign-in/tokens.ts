import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { directoryOf, readJson, removeFile, writeJson } from '../settings/files.ts';
import type { World } from '../world.ts';

/** A person's sign-in at one server, as its file holds it. */
export type Tokens = {
  /** The server that they are for; they are sent to no other. */
  url: string;
  issuer: string;
  clientId: string;
  accessToken: string;
  /** Null: it cannot be made longer. */
  refreshToken: string | null;
  /** Seconds since the epoch, by this machine's clock. */
  expiresAt: number;
};

/** One file a server, so that signing out of one is the removal of one. */
export const tokensFileOf = (world: World, url: string): string => {
  const { host } = new URL(url);
  const digest = createHash('sha256').update(url).digest('hex').slice(0, 8);
  return join(directoryOf(world), 'sign-ins', `${host.replace(/[^\w.-]/g, '_')}-${digest}.json`);
};

/** Null for nobody. */
export async function readTokens(world: World, url: string): Promise<Tokens | null> {
  const tokens = (await readJson(tokensFileOf(world, url))) as Tokens | null;
  return tokens?.url === url && typeof tokens.accessToken === 'string' ? tokens : null;
}

export const writeTokens = (world: World, tokens: Tokens): Promise<void> =>
  writeJson(tokensFileOf(world, tokens.url), tokens);

export const removeTokens = (world: World, url: string): Promise<void> =>
  removeFile(tokensFileOf(world, url));

/** Seconds that are left of the access token. */
export const secondsLeft = (tokens: Tokens, world: Pick<World, 'now'>): number =>
  tokens.expiresAt - world.now() / 1000;
