import { AuthorizationManagementClient, type RoleAssignment } from '@azure/arm-authorization';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { departedId, managementGroup } from '../../emulators/azure-ml/arm/authorization/assignments.ts';
import { groupIds } from '../../emulators/azure-ml/arm/authorization/groups.ts';
import {
  armAudience,
  collect,
  root,
  startTestWorkspace,
  type TestWorkspace,
  where,
} from './support/azure-ml.ts';

/** What the official client throws. */
type Refusal = Error & { statusCode?: number; code?: string };

const subscription = `subscriptions/${where.subscriptionId}`;
const group = `${subscription}/resourceGroups/${where.resourceGroup}`;
const workspaceScope = root.slice(1);
const dataScientist = 'f6c7c914-8db3-469d-8ca1-694a8f32e121';

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await startTestWorkspace();
});
afterAll(() => workspace[Symbol.asyncDispose]());

/** The official client, over http by the way the contract describes. */
function client(person: string): AuthorizationManagementClient {
  const token = workspace.token(person);
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const made = new AuthorizationManagementClient(credential, where.subscriptionId, {
    endpoint: workspace.ml.arm.url,
    credentialScopes: `${armAudience}/.default`,
    allowInsecureConnection: true,
  });
  made.pipeline.removePolicy({ name: 'bearerTokenAuthenticationPolicy' });
  made.pipeline.addPolicy({
    name: 'bearerWithoutTls',
    sendRequest: (request, next) => {
      request.headers.set('authorization', `Bearer ${token}`);
      return next(request);
    },
  });
  return made;
}

const listed = (scope: string, filter?: string, as = 'Grace') =>
  collect(client(as).roleAssignments.listForScope(scope, { filter }));
const oid = (name: string) => String(workspace.entra.people.find((person) => person.name === name)?.oid);
const roleOf = ({ roleDefinitionId }: RoleAssignment) => String(roleDefinitionId?.split('/').at(-1));
const told = ({ scope, principalId }: RoleAssignment) => [scope?.toLowerCase(), principalId];
const failure = (call: Promise<unknown>) =>
  call.then(
    () => null,
    ({ statusCode, code }: Refusal) => [statusCode, code],
  );

describe('role assignments, by the official client', () => {
  it('are listed in pages that nextLink joins: above, at and below the scope', async () => {
    const { roleAssignments } = client('Grace');
    const pages: RoleAssignment[][] = [];
    for await (const page of roleAssignments.listForSubscription().byPage()) pages.push(page);
    expect(pages.length).toBeGreaterThan(1);
    const all = pages.flat();
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.map(told)).toEqual(
      expect.arrayContaining([
        [managementGroup.toLowerCase(), groupIds.auditors],
        [`/${subscription}`, oid('Grace')],
        [`/${group.toLowerCase()}`, oid('Ada')],
        [`/${group.toLowerCase()}`, departedId],
        [root.toLowerCase(), groupIds.dataScientists],
      ]),
    );
    expect(all.find(({ principalId }) => principalId === oid('Ada'))).toMatchObject({
      principalType: 'User',
      createdOn: new Date('2026-01-02T03:04:05.123Z'),
      description: 'looks after the group',
    });
    const conditional = all.filter(({ condition }) => condition);
    expect(conditional).toMatchObject([{ conditionVersion: '2.0', principalType: 'Group' }]);
  });

  it('leave out what is below with atScope(), and keep what is inherited', async () => {
    const scopes = (await listed(group, 'atScope()')).map(({ scope }) => scope?.toLowerCase());
    expect(new Set(scopes)).toEqual(
      new Set([managementGroup.toLowerCase(), `/${subscription}`, `/${group.toLowerCase()}`]),
    );
  });

  it('are found by principal without its groups, and by whom they are assigned to with them', async () => {
    const ada = oid('Ada');
    expect((await listed(group, `principalId eq '${ada}'`)).map(({ principalId }) => principalId)).toEqual([
      ada,
    ]);
    const hers = await listed(group, `assignedTo('${ada}')`);
    expect(new Set(hers.map(({ principalId }) => principalId))).toEqual(
      new Set([ada, groupIds.dataScientists, groupIds.researchers]),
    );
    const here = await listed(workspaceScope, `atScope() and assignedTo('${oid('Ben')}')`);
    expect(here.map(roleOf)).toContain(dataScientist);
    expect(here.every(({ principalType }) => principalType === 'Group')).toBe(true);
    expect(await listed(group, `assignedTo('${oid('Olaf')}')`)).toEqual([]);
    expect(await listed(group, `assignedTo('${groupIds.researchers}')`)).toEqual([]);
    expect(await listed(group, `principalId eq '${groupIds.researchers}'`)).toHaveLength(1);
  });

  it('are read one by one, whatever the case and the slashes', async () => {
    const [one] = await listed(group, `principalId eq '${oid('Ada')}'`);
    const again = await client('Grace').roleAssignments.getById(`/${String(one?.id).toUpperCase()}`);
    expect(again).toEqual(one);
    expect(await failure(client('Grace').roleAssignments.get(group, dataScientist))).toEqual([
      404,
      'RoleAssignmentNotFound',
    ]);
  });

  it.each([
    ["atScope() and principalId eq 'a'"],
    ["principalId eq 'a' and atScope()"],
    ["assignedTo('a') and principalId eq 'a'"],
    ["roleName eq 'Owner'"],
  ])('are refused by the filter %s', async (filter) => {
    expect((await failure(listed(group, filter)))?.[0]).toBe(400);
  });

  it.each([
    ['Grace', subscription, null],
    ['Ada', group, null],
    ['Ada', workspaceScope, null],
    ['Ada', subscription, [403, 'AuthorizationFailed']],
    ['Ben', subscription, [403, 'AuthorizationFailed']],
    ['Ben', workspaceScope, [403, 'AuthorizationFailed']],
    ['Olaf', workspaceScope, [403, 'AuthorizationFailed']],
    ['Grace', managementGroup.slice(1), [403, 'AuthorizationFailed']],
    ['Grace', 'subscriptions/00000000-0000-0000-0000-00000000000f', [404, 'SubscriptionNotFound']],
    ['Grace', `${subscription}/resourceGroups/nowhere`, [404, 'ResourceGroupNotFound']],
  ])('are for %s at %s: %j', async (person, scope, refusal) => {
    expect(await failure(listed(scope, undefined, person))).toEqual(refusal);
  });

  it('name the action and the scope when they are refused', async () => {
    const refused = listed(workspaceScope, undefined, 'Ben');
    await expect(refused).rejects.toThrow(
      `perform action 'Microsoft.Authorization/roleAssignments/read' over scope '${root}'`,
    );
  });

  it('refuse a skip token that was not given', async () => {
    const url = `${workspace.ml.arm.url}/${group}/providers/Microsoft.Authorization/roleAssignments`;
    const headers = { authorization: `Bearer ${workspace.token('Grace')}` };
    const response = await fetch(`${url}?api-version=2022-04-01&$skipToken=abc`, { headers });
    expect(response.status).toBe(400);
  });
});

describe('role definitions, by the official client', () => {
  it('are all that can be assigned at the scope; a custom one only where it belongs', async () => {
    const { roleDefinitions } = client('Grace');
    const names = async (scope: string, filter?: string) =>
      (await collect(roleDefinitions.list(scope, { filter }))).map(({ roleName }) => roleName);
    expect(await names(subscription)).toEqual(expect.arrayContaining(['Owner', 'AzureML Data Scientist']));
    expect(await names(subscription)).not.toContain('Model Watcher');
    expect(await names(workspaceScope)).toContain('Model Watcher');
    expect(await names(subscription, 'atScopeAndBelow()')).toContain('Model Watcher');
    expect(await names(workspaceScope, "type eq 'CustomRole'")).toEqual(['Model Watcher']);
    expect(await names(subscription, "roleName eq 'Reader'")).toEqual(['Reader']);
    expect(await failure(names(subscription, 'anything()'))).toEqual([400, 'UnsupportedQuery']);
  });

  it('are read by GUID', async () => {
    const { roleDefinitions } = client('Ada');
    expect(await roleDefinitions.get(group, dataScientist)).toMatchObject({
      roleName: 'AzureML Data Scientist',
      roleType: 'BuiltInRole',
      permissions: [
        { notActions: expect.arrayContaining(['Microsoft.MachineLearningServices/workspaces/write']) },
      ],
    });
    expect(await failure(roleDefinitions.get(group, departedId))).toEqual([
      404,
      'RoleDefinitionDoesNotExist',
    ]);
  });
});

describe('permissions, by the official client', () => {
  const actions = async (person: string) => {
    const found = await collect(client(person).permissions.listForResourceGroup(where.resourceGroup));
    return found.flatMap((permission) => permission.actions ?? []);
  };
  it("are the caller's own, by roles at the scope and above it", async () => {
    expect(await actions('Grace')).toEqual(['*']);
    expect(await actions('Ada')).toEqual(['*/read']);
    expect(await actions('Ben')).toEqual([]);
    const here = client('Ben').permissions.listForResource(
      ...[where.resourceGroup, 'Microsoft.MachineLearningServices', '', 'workspaces', where.workspace],
    );
    expect((await collect(here)).flatMap((permission) => permission.actions)).toContain(
      'Microsoft.MachineLearningServices/workspaces/*/write',
    );
  });
});

it('nothing is written', async () => {
  const { roleAssignments } = client('Grace');
  const created = roleAssignments.create(group, dataScientist, {
    principalId: oid('Ben'),
    roleDefinitionId: dataScientist,
  });
  expect((await failure(created))?.[0]).toBe(405);
});
