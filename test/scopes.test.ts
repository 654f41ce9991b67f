import { type GraphQLField, type GraphQLObjectType, isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Context } from '../src/context.ts';
import { type Caller, type Scope, scopes } from '../src/domain/callers.ts';
import { MlgraphError, unauthenticated } from '../src/domain/errors.ts';
import { schema } from '../src/schema/index.ts';
import { type Need, needOf } from '../src/schema/scopes.ts';

type Field = GraphQLField<unknown, Context>;
const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(
  (type): type is GraphQLObjectType => isObjectType(type),
);
const rootFields = roots.flatMap((type) =>
  Object.values(type.getFields()).map((field) => [type.name, field.name, field as Field] as const),
);

/** Somebody, of whom nothing may be used but who they are: what a refused field may look at. */
function contextOf(caller: Partial<Caller> | null, { stored = 'MEMBER' } = {}) {
  const used: string[] = [];
  const identity = caller && { caller: { kind: 'USER', key: 'k', role: 'MEMBER', ...caller } };
  const given: Record<string, unknown> = {
    identity,
    people: { user: async () => ({ role: stored }) },
    audit: { record: () => {} },
    call: { requestId: 'r' },
    clock: { now: () => 0 },
  };
  const context = new Proxy(given, {
    get(_, name: string) {
      if ((name === 'signedIn' || name === 'caller') && !identity)
        throw unauthenticated('This needs a credential.');
      if (name === 'signedIn') return identity;
      if (name in given) return given[name];
      used.push(name);
      throw new Error(`used: ${name}`);
    },
  });
  return { context: context as unknown as Context, used };
}

/** How the field fails; null where it does not. */
async function failureOf(field: Field, context: Context): Promise<unknown> {
  const enter = field.subscribe ?? field.resolve;
  try {
    await enter?.({}, { input: {}, ids: [], id: '', name: 'x' }, context, {} as never);
    return null;
  } catch (error) {
    return error;
  }
}

const key = (own: readonly Scope[]) => contextOf({ kind: 'SERVICE', scopes: own });
const isScope = (need: Need): need is Scope => need !== 'PUBLIC' && need !== 'ANY';
const isRefusal = (error: unknown) => error instanceof MlgraphError && /needs the scope/.test(error.message);

describe.each(rootFields)('%s.%s', (type, name, field) => {
  const need = needOf(type, name);

  test('refuses a key that lacks its scope alone, and uses nothing', async () => {
    const { context, used } = key(scopes.filter((scope) => scope !== need));
    const failure = await failureOf(field, context);
    if (!isScope(need)) return expect(isRefusal(failure)).toBe(false);
    expect(failure).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining(`scope ${need}`) });
    expect(used).toEqual([]);
  });

  test('lets a key pass that has no other scope', async () => {
    expect(isRefusal(await failureOf(field, key(isScope(need) ? [need] : []).context))).toBe(false);
  });

  test('refuses nobody, unless it is public', async () => {
    const { context, used } = contextOf(null);
    const failure = await failureOf(field, context);
    if (need === 'PUBLIC') return expect(failure).not.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(failure).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(used).toEqual([]);
  });
});

const users = schema.getQueryType()?.getFields().users as Field;

test('what is for administrators is for a person who is one by the stored role', async () => {
  const member: Scope[] = scopes.filter((scope) => scope !== 'ADMIN');
  expect(isRefusal(await failureOf(users, contextOf({ scopes: member }).context))).toBe(true);
  const admin = contextOf({ scopes: member }, { stored: 'ADMIN' });
  expect(isRefusal(await failureOf(users, admin.context))).toBe(false);
  const service = contextOf({ kind: 'SERVICE', scopes: member }, { stored: 'ADMIN' });
  expect(isRefusal(await failureOf(users, service.context))).toBe(true);
});

test('a root field that the table does not name is none', () => {
  expect(() => needOf('Query', 'constructor')).toThrow('Query.constructor has no scope');
  expect(() => needOf('Nothing', 'me')).toThrow('Nothing.me has no scope');
});
