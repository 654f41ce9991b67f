import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type EmulatorRequest, type Reply, ReplyError } from '../../kit/server.ts';
import { type Person, person } from '../people.ts';
import type { Realm } from '../realm.ts';

const refused = (status: number, body: Record<string, string>) => new ReplyError({ status, body });

const user = z.strictObject({
  username: z.string().optional(),
  email: z.string().optional(),
  emailVerified: z.boolean().optional(),
  enabled: z.boolean().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  requiredActions: z.array(z.string()).optional(),
  credentials: z.array(z.object({ type: z.literal('password'), value: z.string() })).optional(),
});
type User = z.infer<typeof user>;

/** `POST users`: the new one lives as long as the process. Throws ReplyError 400 and 409. */
export async function createUser(realm: Realm, request: EmulatorRequest): Promise<Reply> {
  const wanted = await userOf(request);
  if (!wanted.username) throw refused(400, { errorMessage: 'User name is missing' });
  checkUnique(realm, wanted, null);
  const userName = wanted.username.toLowerCase();
  const id = randomUUID();
  const nobody = {
    password: randomUUID(),
    email: null,
    emailVerified: false,
    firstName: null,
    enabled: false,
  };
  realm.people.push(
    person(wanted.username, id, { ...nobody, userName, ...changes(wanted), createdAt: realm.now() * 1000 }),
  );
  return { status: 201, headers: { location: `${realm.origin()}/admin/realms/${realm.name}/users/${id}` } };
}

/** `PUT users/ID`: what is not told stays. Throws as `createUser`. */
export async function changeUser(realm: Realm, target: Person, request: EmulatorRequest): Promise<Reply> {
  const wanted = await userOf(request);
  checkUnique(realm, wanted, target);
  Object.assign(target, changes(wanted));
  return { status: 204 };
}

async function userOf(request: EmulatorRequest): Promise<User> {
  const told = (await request.json()) ?? {};
  const { id: _, ...rest } = told as Record<string, unknown>;
  const { data, error } = user.safeParse(rest);
  if (data) return data;
  throw refused(400, {
    error: `Invalid json representation for UserRepresentation. ${z.prettifyError(error)}`,
  });
}

function checkUnique({ people }: Realm, { username, email }: User, self: Person | null): void {
  const others = people.filter((one) => one !== self);
  if (others.some(({ userName }) => userName === username?.toLowerCase()))
    throw refused(409, { errorMessage: 'User exists with same username' });
  if (email && others.some((one) => one.email === email.toLowerCase()))
    throw refused(409, { errorMessage: 'User exists with same email' });
}

function changes({ username: _, email, credentials, ...rest }: User): Partial<Person> {
  const password = credentials?.at(-1)?.value;
  const told = { ...rest, email: email?.toLowerCase(), password };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}
