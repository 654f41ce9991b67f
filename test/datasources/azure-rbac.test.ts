import { describe, expect, it } from 'vitest';
import { createRoleConnector } from '../../src/datasources/azure-rbac/connector.ts';
import type { RoleAssignments } from '../../src/datasources/azure-rbac/index.ts';
import { createUpstream } from '../../src/datasources/http.ts';
import { codeOf, type MlgraphError } from '../../src/domain/errors.ts';
import { readPage } from '../../src/domain/paging.ts';
import type { RoleAssignmentFilter } from '../../src/domain/roles.ts';
import { json, type Received, startScripted } from './scripted-server.ts';

const subscriptionId = '1d000000-0000-4000-8000-000000000001';
const subscription = `/subscriptions/${subscriptionId}`;
const [reader, custom, gone] = [1, 2, 3].map((n) => `aaaaaaaa-0000-4000-8000-00000000000${n}`) as [
  string,
  string,
  string,
];
const everything: RoleAssignmentFilter = { principalId: null, assignedTo: null, atScope: false };
const hour = 3_600_000;

const assignment = (name: string, more: object = {}) => ({
  id: 'x',
  name,
  properties: {
    roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${reader.toUpperCase()}`,
    principalId: 'p',
    scope: subscription,
    ...more,
  },
});
const definition = (name: string, roleName: string, type = 'BuiltInRole') => ({
  name,
  properties: { roleName, type, permissions: [{ actions: ['*/read'], dataActions: ['d/*', '*/read'] }] },
});

type Answers = (
  request: { kind: string; name: string | undefined; query: URLSearchParams },
  url: string,
) => unknown;

/** Resource Manager that answers by `answers`: a number is a status. */
async function startArm(answers: Answers) {
  let now = 1_790_000_000_000;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const server = await startScripted((request, response) => {
    const url = new URL(request.url, 'http://arm');
    const [kind = '', name] = url.pathname.split('/Microsoft.Authorization/')[1]?.split('/') ?? [];
    const body = answers({ kind, name, query: url.searchParams }, server.url);
    if (typeof body === 'number') return json(response, body, { error: { code: 'x', message: 'no' } });
    return json(response, 200, body);
  });
  const arm = createUpstream({ name: 'arm', baseUrl: server.url, retries: 0 });
  const connector = createRoleConnector({ subscriptionId, armEndpoint: server.url }, { arm, clock });
  return {
    received: server.received,
    pass: (ms: number) => {
      now += ms;
    },
    as: (name: string): RoleAssignments =>
      connector.connect({
        token: async () => `token of ${name}`,
        call: { signal: new AbortController().signal, requestId: 'r', traceparent: '' },
        callerKey: name,
      }),
    async [Symbol.asyncDispose]() {
      await arm.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
const list = (roles: RoleAssignments, filter = everything) =>
  roles.list({ scope: subscription, filter }, readPage({}, 'ada', 'list'));
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: MlgraphError) => ({ code: codeOf(error), ...error.details }),
  );
const kinds = (received: Received[]) =>
  received.map(({ url }) => new URL(url, 'http://arm').pathname.split('/Microsoft.Authorization/')[1]);

describe('a list', () => {
  it('goes on by the token of nextLink, on the same host, as the caller', async () => {
    await using arm = await startArm(({ query }, url) =>
      query.has('$skipToken')
        ? { value: [assignment('b')], nextLink: null }
        : { value: [assignment('a')], nextLink: `${url}/elsewhere?x=1&$skiptoken=abc%2B` },
    );
    expect((await list(arm.as('ada'))).edges.map(({ node }) => node.roleKey)).toEqual([reader, reader]);
    const [first, second] = arm.received.map(({ url }) => new URL(url, 'http://arm'));
    expect(first?.pathname).toBe(`${subscription}/providers/Microsoft.Authorization/roleAssignments`);
    expect(second?.pathname).toBe(first?.pathname);
    expect(second?.searchParams.get('$skipToken')).toBe('abc+');
    expect(arm.received.map(({ headers }) => headers.authorization)).toEqual(
      ['token of ada', 'token of ada'].map((token) => `Bearer ${token}`),
    );
  });

  it.each([
    ['another host', () => 'https://elsewhere.example/?$skipToken=a'],
    ['no token', (url: string) => `${url}/?x=1`],
    ['no address', () => 'here'],
    ['itself', (url: string) => `${url}/?$skipToken=same`],
  ])('does not follow a page that leads to %s', async (_, nextLink) => {
    await using arm = await startArm((__, url) => ({ value: [assignment('a')], nextLink: nextLink(url) }));
    expect(await failureOf(list(arm.as('ada')))).toEqual({ code: 'UPSTREAM_ERROR', upstream: 'arm' });
    expect(arm.received.length).toBeLessThan(3);
  });

  it.each([
    [everything, null],
    [{ ...everything, atScope: true }, 'atScope()'],
    [{ ...everything, principalId: reader }, `principalId eq '${reader}'`],
    [{ ...everything, assignedTo: reader }, `assignedTo('${reader}')`],
    [{ ...everything, assignedTo: reader, atScope: true }, `atScope() and assignedTo('${reader}')`],
  ])('by %j asks for %s', async (filter, text) => {
    await using arm = await startArm(() => ({ value: [] }));
    await list(arm.as('ada'), filter);
    const { searchParams } = new URL(arm.received[0]?.url ?? '', 'http://arm');
    expect([searchParams.get('$filter'), searchParams.get('api-version')]).toEqual([text, '2022-04-01']);
  });

  it('takes what it does not know, and dates that are none', async () => {
    const more = { principalType: 'AgentUser', createdOn: 'yesterday', condition: '' };
    await using arm = await startArm(() => ({ value: [assignment('a', more)] }));
    const [edge] = (await list(arm.as('ada'))).edges;
    expect(edge?.node).toMatchObject({ principalType: 'AgentUser', createdAt: null, condition: null });
  });

  it.each([
    [400, 'BAD_USER_INPUT'],
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [429, 'RATE_LIMITED'],
    [503, 'UPSTREAM_UNAVAILABLE'],
  ])('that is answered with %i fails as %s', async (status, code) => {
    await using arm = await startArm(() => status);
    expect(await failureOf(list(arm.as('ada')))).toMatchObject({ code });
  });
});

describe('roles', () => {
  const definitions: Answers = ({ name }) => {
    if (name === custom) return definition(custom, 'Watcher', 'CustomRole');
    return name === undefined ? { value: [definition(reader, 'Reader')] } : 404;
  };

  it('come from one list for all that ask, and by GUID where it has none', async () => {
    await using arm = await startArm(definitions);
    const roles = arm.as('ada');
    const asked = [reader, custom, gone, custom, reader].map((key) => roles.role(key, subscription));
    expect((await Promise.all(asked)).map((role) => role?.name)).toEqual([
      ...['Reader', 'Watcher', undefined, 'Watcher', 'Reader'],
    ]);
    expect((await roles.role(reader, subscription))?.actions).toEqual(['*/read', 'd/*']);
    expect(kinds(arm.received)).toEqual([
      'roleDefinitions',
      `roleDefinitions/${custom}`,
      `roleDefinitions/${gone}`,
    ]);
    // What was found by GUID is known to the next operation too; what was not is asked for again.
    await arm.as('ada').role(custom, subscription);
    await arm.as('ada').role(gone, subscription);
    expect(kinds(arm.received).slice(3)).toEqual([`roleDefinitions/${gone}`]);
  });

  it('are read again by another caller, at another place, and after hours', async () => {
    await using arm = await startArm(definitions);
    const read = (name: string, scope = subscription) => arm.as(name).role(reader, scope);
    const [hers, his] = [await read('ada'), await read('ben')];
    // Azure's own are held once for all.
    expect(hers).toBe(his);
    expect(arm.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token of ada',
      'Bearer token of ben',
    ]);
    await read('ada', `${subscription}/resourceGroups/x`);
    expect(arm.received).toHaveLength(3);
    arm.pass(hour);
    await read('ada');
    expect(arm.received).toHaveLength(3);
    arm.pass(24 * hour);
    await read('ada');
    expect(arm.received).toHaveLength(4);
  });

  it('that could not be read are asked for again', async () => {
    let status = 503;
    await using arm = await startArm((request, url) => (status === 200 ? definitions(request, url) : status));
    expect(await failureOf(arm.as('ada').role(reader, subscription))).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    status = 200;
    expect((await arm.as('ada').role(reader, subscription))?.name).toBe('Reader');
  });
});
