import { expect, test } from 'vitest';
import { createPeopleSeen } from '../../src/auth/people.ts';
import type { Caller, Identity, UserRole } from '../../src/domain/callers.ts';
import { localId } from '../../src/domain/ids.ts';
import type { StoredUser } from '../../src/domain/users.ts';
import { createPeople } from '../../src/resolvers/people.ts';
import { assertAdministrator, scopesOf } from '../../src/resolvers/viewer.ts';

const identityOf = (name: string, role: UserRole = 'MEMBER'): Identity => ({
  caller: {
    kind: 'USER',
    key: `entra:t:${name}`,
    issuerKind: 'entra',
    tenantId: 't',
    subject: name,
    issuer: 'i',
    name,
    email: null,
    emailVerified: false,
    userName: null,
    roles: [],
    role,
    scopes: ['READ', 'CHAT'],
    expiresAt: new Date(Date.UTC(2030, 0)),
    apiKey: null,
  },
  assertion: () => 'token',
});

/** A store that says what role each person has, and can be down. */
function stage(roles: Record<string, UserRole> = {}) {
  const state = { now: 1_000_000, down: false, seen: [] as string[] };
  const clock = { now: () => state.now, sleep: async () => undefined };
  const see = async ({ key, subject, tenantId, email, name, role }: Caller): Promise<StoredUser> => {
    state.seen.push(subject);
    if (state.down) throw new Error('down');
    const stored = role === 'ADMIN' ? role : (roles[subject] ?? 'MEMBER');
    const times = { createdAt: new Date(0), lastSeenAt: new Date(state.now) };
    return { id: localId('User', key), key, subject, tenantId, email, name, role: stored, ...times };
  };
  const people = createPeople({ clock, seen: createPeopleSeen(clock), connect: () => ({ see }) });
  return { state, people, clock };
}

test('a person is written when first seen, and again only after ten minutes, however often they call', async () => {
  const { state, people } = stage();
  const ada = identityOf('ada');
  expect(people.isNew(ada)).toBe(true);
  await Promise.all(Array.from({ length: 50 }, () => people.user(ada)));
  expect(people.isNew(ada)).toBe(false);
  expect(state.seen).toEqual(['ada']);
  state.now += 599_000;
  await people.user(ada);
  expect(state.seen).toEqual(['ada']);
  state.now += 2_000;
  expect(people.isNew(ada)).toBe(true);
  expect((await people.user(ada)).lastSeenAt).toEqual(new Date(state.now));
  expect(state.seen).toEqual(['ada', 'ada']);
});

test('what could not be written is tried again at the next call', async () => {
  const { state, people } = stage();
  state.down = true;
  await expect(people.user(identityOf('ada'))).rejects.toThrow('down');
  state.down = false;
  expect((await people.user(identityOf('ada'))).subject).toBe('ada');
});

test('who loses the app role is not taken for what they were', async () => {
  const { people } = stage();
  expect((await people.user(identityOf('ada', 'ADMIN'))).role).toBe('ADMIN');
  expect((await people.user(identityOf('ada'))).role).toBe('MEMBER');
});

test('ADMIN is the app role or the stored one, and has all scopes; others are FORBIDDEN', async () => {
  const { people, state } = stage({ grace: 'ADMIN' });
  for (const signedIn of [identityOf('grace'), identityOf('root', 'ADMIN')]) {
    await assertAdministrator({ signedIn, people });
    expect(await scopesOf({ signedIn, people })).toContain('ADMIN');
  }
  const ada = { signedIn: identityOf('ada'), people };
  await expect(assertAdministrator(ada)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await scopesOf(ada)).toEqual(['READ', 'CHAT']);
  state.down = true;
  const ben = { signedIn: identityOf('ben'), people };
  await expect(assertAdministrator(ben)).rejects.toThrow('down');
  expect(await scopesOf(ben)).toEqual(['READ', 'CHAT']);
});

test('without a database a person is what the token tells', async () => {
  const { clock } = stage();
  const people = createPeople({ clock, seen: createPeopleSeen(clock), connect: null });
  const ada = identityOf('ada');
  expect(people.isNew(ada)).toBe(false);
  expect(await people.user(ada)).toMatchObject({
    id: localId('User', 'entra:t:ada'),
    subject: 'ada',
    role: 'MEMBER',
    createdAt: new Date(clock.now()),
  });
});
