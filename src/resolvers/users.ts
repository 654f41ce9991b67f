import type { Context } from '../context.ts';
import type { UserRole } from '../domain/callers.ts';
import { badInput, codeOf, conflict } from '../domain/errors.ts';
import { type Page, type PageArgs, readPage } from '../domain/paging.ts';
import type { NewUser, StoredUser } from '../domain/users.ts';
import { assertAdministrator } from './viewer.ts';

type Ask = Pick<Context, 'signedIn' | 'people' | 'caller' | 'store'>;

/** Everybody who has signed in or was created. @throws FORBIDDEN for others than administrators. */
export async function listUsers(args: PageArgs, context: Ask): Promise<Page<StoredUser>> {
  await assertAdministrator(context);
  return context.store.listUsers(readPage(args, context.caller.key, ['users']));
}

export type CreateUserInput = {
  email: string;
  name?: string | null;
  role?: UserRole | null;
  tenantId?: string | null;
  subject?: string | null;
};

/**
 * Somebody who has not signed in yet. By tenant and subject they are known for sure; by e-mail alone it is whoever first
 * signs in by an issuer that vouches for that e-mail, which Entra does not: anybody can have a mailbox of that name put
 * into an Entra token.
 * @throws FORBIDDEN for others than administrators, BAD_USER_INPUT naming the field, CONFLICT for somebody known.
 */
export async function createUser(input: CreateUserInput, context: Ask): Promise<{ user: StoredUser }> {
  await assertAdministrator(context);
  const user = readInput(input);
  const known = () =>
    conflict('There is such a user already.', { field: user.identity ? 'input.subject' : 'input.email' });
  if (isCaller(user, context)) throw known();
  const created = context.store.createUser(user).catch((error: unknown) => {
    throw codeOf(error) === 'CONFLICT' ? known() : error;
  });
  return { user: await created };
}

/** Who asks is there; the database would refuse them as one who gives themselves a role. */
const isCaller = ({ identity }: NewUser, { caller }: Ask): boolean =>
  identity !== null &&
  caller.tenantId === identity.tenantId &&
  caller.subject.toLowerCase() === identity.subject;

const emailForm = /^[^\s@<>"',;]{1,64}@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u;
const guid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const maxEmail = 254;
const maxName = 200;

function readInput(input: CreateUserInput): NewUser {
  const email = input.email.trim();
  if (email.length > maxEmail || !emailForm.test(email))
    throw badInput('input.email', 'input.email: an e-mail address was expected.');
  const name = input.name?.trim() || null;
  if (name !== null && (name.length > maxName || /\p{Cc}/u.test(name)))
    throw badInput('input.name', `input.name: at most ${maxName} characters on one line were expected.`);
  const role = input.role ?? 'MEMBER';
  return { email, name, role, identity: readIdentity(input, role) };
}

/** An administrator is made by identity alone. */
function readIdentity(input: CreateUserInput, role: UserRole): NewUser['identity'] {
  const [tenantId, subject] = [input.tenantId?.trim() ?? null, input.subject?.trim() ?? null];
  if (tenantId === null && subject === null && role !== 'ADMIN') return null;
  return { tenantId: guidIn('tenantId', tenantId, role), subject: guidIn('subject', subject, role) };
}

function guidIn(name: 'tenantId' | 'subject', text: string | null, role: UserRole): string {
  if (text !== null && guid.test(text)) return text.toLowerCase();
  const field = `input.${name}`;
  const why = role === 'ADMIN' ? 'an administrator is known by tenant and subject' : 'the two go together';
  throw badInput(field, `${field}: a GUID was expected; ${why}.`);
}
