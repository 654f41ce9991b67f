import type { Context } from '../context.ts';
import { type Page, type PageArgs, readPage } from '../domain/paging.ts';
import type { StoredUser } from '../domain/users.ts';
import { assertAdministrator } from './viewer.ts';

type Ask = Pick<Context, 'signedIn' | 'people' | 'caller' | 'store'>;

/** Everybody who has signed in. @throws FORBIDDEN for others than administrators. */
export async function listUsers(args: PageArgs, context: Ask): Promise<Page<StoredUser>> {
  await assertAdministrator(context);
  return context.store.listUsers(readPage(args, context.caller.key, ['users']));
}
