import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { departedId, managementGroup } from '../../emulators/azure-ml/arm/authorization/assignments.ts';
import { groupIds } from '../../emulators/azure-ml/arm/authorization/groups.ts';
import { encodeId } from '../../src/domain/ids.ts';
import { type Stack, startStack } from './support/stack.ts';

type Assignment = {
  id: string;
  scope: string;
  principalId: string;
  roleName: string | null;
  actions: string[] | null;
  condition: string | null;
};
type Page = {
  roleAssignments: {
    nodes: Assignment[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  } | null;
};
const fields = 'id scope principalId principalType roleName roleDescription actions createdAt condition';
const list = `query Roles($scope: String, $filter: RoleAssignmentFilter, $first: Int, $after: String) {
  roleAssignments(scope: $scope, filter: $filter, first: $first, after: $after) {
    nodes { ${fields} } pageInfo { hasNextPage endCursor }
  }
}`;
const bare = 'query Bare($scope: String) { roleAssignments(scope: $scope) { nodes { id scope } } }';
const one = `query One($id: ID!) { node(id: $id) { id ... on RoleAssignment { ${fields} } } }`;

let stack: Stack;
let subscription: string;
let group: string;
let workspace: string;
beforeAll(async () => {
  stack = await startStack();
  const { settings } = stack.emulators;
  subscription = `/subscriptions/${settings.AZURE_SUBSCRIPTION_ID}`;
  group = `${subscription}/resourceGroups/${settings.AZURE_RESOURCE_GROUP}`;
  workspace = `${group}/providers/Microsoft.MachineLearningServices/workspaces/${settings.AZUREML_WORKSPACE_NAME}`;
});
afterAll(() => stack[Symbol.asyncDispose]());

const oid = (name: string) =>
  String(stack.emulators.entra.people.find((person) => person.name === name)?.oid);
const ask = (variables: Record<string, unknown>, as = 'Grace') =>
  stack.ask<Page, object>(list, variables, as);
async function listed(variables: Record<string, unknown>, as?: string): Promise<Assignment[]> {
  const { data, errors } = await ask(variables, as);
  expect(errors).toEqual([]);
  return data?.roleAssignments?.nodes ?? [];
}
async function refusal(variables: Record<string, unknown>, as?: string) {
  const { data, errors } = await ask(variables, as);
  expect(data?.roleAssignments ?? null).toBeNull();
  return { message: errors[0]?.message, ...errors[0]?.extensions };
}
const armCalls = async () => (await stack.emulators.calls('arm')).map(({ path }) => path.split('/').at(-1));

describe('role assignments', () => {
  it('of the whole subscription are there for its owner, with their roles in one call', async () => {
    await stack.emulators.forgetCalls('arm');
    const found = await listed({ first: 100 });
    const told = found.map(({ principalId, roleName }) => [principalId, roleName]);
    expect(told).toEqual(
      expect.arrayContaining([
        [oid('Grace'), 'Owner'],
        [oid('Ada'), 'Reader'],
        [departedId, 'Contributor'],
        [groupIds.auditors, 'Reader'],
        [groupIds.dataScientists, 'AzureML Data Scientist'],
        [stack.emulators.entra.clientId, 'Model Watcher'],
      ]),
    );
    expect(found.find(({ principalId }) => principalId === oid('Ada'))).toMatchObject({
      scope: group,
      principalType: 'User',
      roleDescription: expect.stringContaining('View all resources'),
      actions: ['*/read'],
      createdAt: '2026-01-02T03:04:05.123Z',
      condition: null,
    });
    expect(found.filter(({ condition }) => condition)).toHaveLength(1);
    const calls = await armCalls();
    expect(calls.filter((kind) => kind === 'roleDefinitions')).toHaveLength(1);
    expect(calls.filter((kind) => kind === 'roleAssignments').length).toBeGreaterThan(1);
    await listed({ first: 100 });
    expect((await armCalls()).filter((kind) => kind === 'roleDefinitions')).toHaveLength(1);
  });

  it('are read in pages, each once, by cursors that are good for their caller and list alone', async () => {
    const all = (await listed({ first: 100 })).map(({ id }) => id);
    const walked: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < all.length; page++) {
      const { data } = await ask({ first: 2, after });
      walked.push(...(data?.roleAssignments?.nodes ?? []).map(({ id }) => id));
      if (!data?.roleAssignments?.pageInfo.hasNextPage) break;
      after = data.roleAssignments.pageInfo.endCursor;
    }
    expect(walked).toEqual(all);
    const field = { code: 'BAD_USER_INPUT', field: 'after' };
    expect(await refusal({ first: 2, after, scope: group })).toMatchObject(field);
    expect(await refusal({ first: 2, after }, 'Ada')).toMatchObject(field);
    expect(await refusal({ after: 'x' })).toMatchObject(field);
  });

  it('are filtered by Azure', async () => {
    const { principals, roles } = {
      principals: async (filter: object, scope = group) =>
        new Set((await listed({ scope, filter })).map(({ principalId }) => principalId)),
      roles: async (filter: object, scope: string) =>
        (await listed({ scope, filter })).map(({ roleName }) => roleName),
    };
    expect(await principals({ principalId: oid('Ada').toUpperCase() })).toEqual(new Set([oid('Ada')]));
    expect(await principals({ assignedTo: oid('Ada') })).toEqual(
      new Set([oid('Ada'), groupIds.dataScientists, groupIds.researchers]),
    );
    expect(await principals({ atScope: true })).not.toContain(groupIds.dataScientists);
    expect(await principals({ principalId: oid('Ada'), atScope: false, assignedTo: null })).toHaveLength(1);
    expect(await roles({ atScope: true, assignedTo: oid('Ben') }, workspace)).toEqual(
      expect.arrayContaining(['AzureML Data Scientist', 'AzureML Compute Operator']),
    );
    expect(await roles({ assignedTo: oid('Olaf') }, subscription)).toEqual([]);
  });

  it.each([
    [{ principalId: departedId, assignedTo: departedId }, 'filter.assignedTo'],
    [{ principalId: departedId, atScope: true }, 'filter.atScope'],
    [{ principalId: 'ada' }, 'filter.principalId'],
    [{ assignedTo: "x') or (1 eq 1" }, 'filter.assignedTo'],
    [{ principalId: '' }, 'filter.principalId'],
  ])('are not asked for by the filter %j', async (filter, field) => {
    await stack.emulators.forgetCalls('arm');
    expect(await refusal({ filter })).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(await armCalls()).toEqual([]);
  });

  it.each([
    '',
    '/',
    'x',
    '/subscriptions/00000000-0000-0000-0000-000000000000',
    managementGroup,
    'GROUP/..',
    'GROUP/../other',
    'GROUP/%2e%2e/x',
    'GROUP/providers/Microsoft.Storage',
    'GROUP/providers/Microsoft.Storage/storageAccounts',
    'GROUP/providers/Microsoft.Storage/storageAccounts/..',
    'GROUP//providers/Microsoft.Storage/storageAccounts/x',
    'GROUP/providers/Microsoft.Storage/storageAccounts/x?api-version=1',
    'GROUP/providers/Microsoft.Storage/storageAccounts/x#y',
    'SUBSCRIPTION/workspaces/x',
    'https://example.com/SUBSCRIPTION',
  ])('are not asked for at the place %j', async (place) => {
    const scope = place.replace('GROUP', group).replace('SUBSCRIPTION', subscription);
    await stack.emulators.forgetCalls('arm');
    expect(await refusal({ scope })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'scope' });
    expect(await armCalls()).toEqual([]);
  });

  it('are the same however the scope is written', async () => {
    const plain = (await listed({ scope: group })).map(({ id }) => id);
    for (const scope of [`${group}/`, group.replace('resourceGroups', 'resourcegroups'), ` ${group} `])
      expect((await listed({ scope })).map(({ id }) => id)).toEqual(plain);
  });

  it('are refused to who lacks the right, with its name and who gives it', async () => {
    for (const [as, scope] of [
      ['Ben', workspace],
      ['Ben', null],
      ['Olaf', group],
      ['Ada', null],
    ] as const) {
      const refused = await refusal({ scope }, as);
      expect(refused).toMatchObject({ code: 'FORBIDDEN', upstream: 'arm' });
      expect(refused.message).toMatch(/Microsoft\.Authorization\/roleAssignments\/read .*Owner/);
      expect(JSON.stringify(refused)).not.toContain(oid(as));
    }
    expect((await listed({ scope: group }, 'Ada')).length).toBeGreaterThan(0);
    expect(await refusal({ scope: `${subscription}/resourceGroups/nowhere` })).toMatchObject({
      code: 'NOT_FOUND',
      field: 'scope',
    });
  });

  it('cost no call for their roles where nobody asks for those', async () => {
    await stack.emulators.forgetCalls('arm');
    await stack.ask(bare, { scope: workspace }, 'Ada');
    expect(new Set(await armCalls())).toEqual(new Set(['roleAssignments']));
  });

  it('go without the roles when these cannot be read', async () => {
    const scope = `${group}/providers/Microsoft.Storage/storageAccounts/other`;
    await stack.emulators.fault('arm', { kind: 'status', status: 403, path: '/roleDefinitions' });
    const { data, errors } = await ask({ scope });
    await stack.emulators.heal('arm');
    expect(data?.roleAssignments?.nodes[0]).toMatchObject({ roleName: null, actions: null });
    expect(errors[0]).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    expect(errors[0]?.message).toContain('Microsoft.Authorization/roleDefinitions/read');
    expect((await listed({ scope }))[0]?.roleName).not.toBeNull();
  });
});

describe('one role assignment', () => {
  const read = (id: string, as: string) => stack.ask<{ node: Assignment | null }, object>(one, { id }, as);
  it('is read by its id, by who may read where it was made', async () => {
    for (const assignment of await listed({ first: 100, scope: workspace }, 'Ada')) {
      const { data, errors } = await read(assignment.id, 'Ada');
      const above = [subscription, managementGroup].includes(assignment.scope);
      if (above) expect(errors[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
      else expect(data?.node).toEqual(assignment);
    }
    const [hers] = await listed({ filter: { principalId: oid('Grace') } });
    expect((await read(String(hers?.id), 'Grace')).data?.node).toEqual(hers);
    expect((await read(String(hers?.id), 'Ben')).errors[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it.each([
    ['no guid', (scope: string) => [scope, '..']],
    ['no scope', () => ['/..', departedId]],
    ['another subscription', () => ['/subscriptions/00000000-0000-0000-0000-00000000000f', departedId]],
    ['nothing', () => []],
    ['none there', (scope: string) => [scope, departedId]],
  ])('is not found by an id of %s', async (_, keyOf) => {
    const [any] = await listed({ scope: group });
    const [, , home = ''] = JSON.parse(Buffer.from(String(any?.id), 'base64url').toString());
    const key = keyOf(group);
    const id = encodeId({
      concept: 'RoleAssignment',
      provider: 'AZURE_ML',
      home,
      key: key.length ? key : [''],
    });
    const { errors } = await read(id, 'Grace');
    expect(errors[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' });
  });
});
