import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addressOf } from '../settings/settings.ts';
import { signOut } from '../sign-in/sign-out.ts';
import type { World } from '../world.ts';
import { action, examples } from './action.ts';

export function addLogout(program: Command, world: World): void {
  program
    .command('logout')
    .summary('sign out')
    .description('Forget the sign-in at the server, and end it at the issuer where that can be reached.')
    .addHelpText('after', examples(['mlgraph logout', '']))
    .action(action<[object]>(world, logout));
}

async function logout({ out, settings, world }: Cli): Promise<void> {
  const url = addressOf(settings);
  const result = await signOut(url, world, out.trace);
  if (out.json) return out.document({ url, signedOut: result !== null, revoked: result?.revoked ?? false });
  if (result === null) return out.note(`You were not signed in to ${url}.`);
  out.note('Signed out.', 'green');
  if (!result.revoked) out.note('The issuer could not be told; there the sign-in ends by itself.');
}
