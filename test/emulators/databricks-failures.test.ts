import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { margins, retail, startTestWorkspace, type TestWorkspace } from './support/databricks.ts';

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await startTestWorkspace();
});
afterAll(() => workspace[Symbol.asyncDispose]());

const code = async (answering: ReturnType<TestWorkspace['call']>) => {
  const { status, body } = await answering;
  return [status, body.error_code];
};

const withHeader = (authorization?: string) =>
  fetch(`${workspace.databricks.url}/api/2.0/genie/spaces`, {
    headers: authorization ? { authorization } : {},
  });

describe('a caller', () => {
  it('without a token, or with one that does not hold, is 401', async () => {
    for (const header of [undefined, 'Bearer nonsense', 'Basic abc']) {
      const response = await withHeader(header);
      expect([response.status, (await response.json()).error_code]).toEqual([401, 'UNAUTHENTICATED']);
    }
  });

  it('with a token for another API is answered with a page', async () => {
    const response = await withHeader(`Bearer ${workspace.token('Ada', 'https://management.azure.com')}`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      400,
      'text/html;charset=iso-8859-1',
    ]);
    expect(await response.text()).toContain('Expected aud claim');
  });

  it('who is not in the workspace is 403 everywhere', async () => {
    const caller = 'Olaf';
    for (const route of ['genie/spaces', `genie/spaces/${retail}`, 'preview/scim/v2/Me'])
      expect(await code(workspace.call('GET', route, { caller }))).toEqual([403, 'PERMISSION_DENIED']);
  });

  it('may be taken out of the workspace, and let in again', async () => {
    await using other = await startTestWorkspace();
    const status = async () => (await other.call('GET', 'genie/spaces', { caller: 'application' })).status;
    await other.control('PUT', 'members', { name: 'application', member: false });
    expect(await status()).toBe(403);
    await other.control('PUT', 'members', { name: 'application', member: true });
    expect(await status()).toBe(200);
    expect((await other.control('PUT', 'members', { name: 'Olaf', member: true })).status).toBe(400);
  });
});

describe('a space', () => {
  it('that is not shared is not there, and the refusal names its node', async () => {
    const { status, body } = await workspace.call('GET', `genie/spaces/${margins}`, { caller: 'Ben' });
    expect([status, body.error_code]).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
    expect(body.message).toContain(`/directories/4477/genie/${margins}`);
    const unknown = `genie/spaces/${'0'.repeat(32)}`;
    expect(await code(workspace.call('GET', unknown))).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
    expect(await code(workspace.call('GET', 'genie/spaces/x'))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  it('that may only be looked at takes no questions', async () => {
    await using other = await startTestWorkspace();
    await other.control('PUT', 'grants', { space: retail, name: 'Ben', level: 'CAN_VIEW' });
    const caller = 'Ben';
    expect((await other.call('GET', `genie/spaces/${retail}`, { caller })).status).toBe(200);
    const start = `genie/spaces/${retail}/start-conversation`;
    const body = { content: 'Orders' };
    expect(await code(other.call('POST', start, { caller, body }))).toEqual([403, 'PERMISSION_DENIED']);
    await other.control('PUT', 'grants', { space: retail, name: 'Ben', level: null });
    expect((await other.call('GET', `genie/spaces/${retail}`, { caller })).status).toBe(404);
  });

  it('shows its inside to those alone who may change it', async () => {
    const route = `genie/spaces/${retail}?include_serialized_space=true`;
    expect(await code(workspace.call('GET', route))).toEqual([403, 'PERMISSION_DENIED']);
    const { body } = await workspace.call('GET', route, { caller: 'Grace' });
    expect(JSON.parse(body.serialized_space)).toHaveProperty('instructions');
  });
});

describe('a conversation', () => {
  it('of somebody else is not there, by any of its routes', async () => {
    const message = await workspace.ask('Orders by region');
    const conversation = message.replace(/\/messages\/.*$/, '');
    const { attachments } = (await workspace.call('GET', message)).body;
    const attachment = `${message}/attachments/${attachments[0].attachment_id}`;
    const routes: [string, string, object?][] = [
      ['GET', message],
      ['GET', `${conversation}/messages`],
      ['POST', `${conversation}/messages`, { content: 'Only for North?' }],
      ['GET', `${attachment}/query-result`],
      ['POST', `${attachment}/execute-query`],
      ['POST', `${message}/feedback`, { rating: 'POSITIVE' }],
      ['DELETE', message],
      ['DELETE', conversation],
    ];
    for (const caller of ['Ben', 'Grace', 'application'])
      for (const [method, route, body] of routes)
        expect(await code(workspace.call(method, route, { caller, body }))).toEqual([
          404,
          'RESOURCE_DOES_NOT_EXIST',
        ]);
    const elsewhere = message.replace(retail, margins);
    expect((await workspace.call('GET', elsewhere)).status).toBe(404);
    expect((await workspace.call('GET', `${attachment}/query-result`)).status).toBe(200);
  });

  it('takes one question at a time', async () => {
    await using slow = await startTestWorkspace({ pace: 100 });
    const message = await slow.ask('Orders by region');
    const messages = message.replace(/\/[^/]+$/, '');
    const body = { content: 'Only for North?' };
    slow.pass(550);
    expect(await code(slow.call('POST', messages, { body }))).toEqual([409, 'RESOURCE_CONFLICT']);
    slow.pass(50);
    expect((await slow.call('POST', messages, { body })).status).toBe(200);
  });

  it('of the other kind is listed as such', async () => {
    const made = { space: retail, name: 'Ben', title: 'Research' };
    expect((await workspace.control('POST', 'agent-conversations', made)).status).toBe(204);
    const { body } = await workspace.call('GET', `genie/spaces/${retail}/conversations`, { caller: 'Ben' });
    expect(body.conversations[0]).toMatchObject({
      title: 'Research',
      agent_type: 'GENIE_CONVERSATION_TYPE_AGENT',
    });
  });
});

describe('a request that makes no sense', () => {
  it.each<[string, string, object | undefined]>([
    ['POST', `genie/spaces/${retail}/start-conversation`, { content: '  ' }],
    ['POST', `genie/spaces/${retail}/start-conversation`, { content: 7 }],
    ['POST', `genie/spaces/${retail}/start-conversation`, []],
    ['GET', 'genie/spaces?page_size=0', undefined],
    ['GET', 'genie/spaces?page_size=101', undefined],
    ['GET', 'genie/spaces?page_token=nonsense', undefined],
    ['GET', `genie/spaces/${retail}/conversations/x/messages`, undefined],
  ])('is refused: %s %s %j', async (method, route, body) => {
    expect(await code(workspace.call(method, route, { body }))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  it('is refused with the page token of another list', async () => {
    const { body } = await workspace.call('GET', 'genie/spaces?page_size=1');
    const page = `page_token=${body.next_page_token}`;
    expect((await workspace.call('GET', `genie/spaces?${page}`)).status).toBe(200);
    expect((await workspace.call('GET', `genie/spaces?${page}`, { caller: 'application' })).status).toBe(400);
    expect((await workspace.call('GET', `genie/spaces/${retail}/conversations?${page}`)).status).toBe(400);
  });

  it('is refused with a rating that is none', async () => {
    const message = await workspace.ask('Orders');
    const rate = (body: object) => workspace.call('POST', `${message}/feedback`, { body });
    expect(await code(rate({ rating: 'GOOD' }))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect((await rate({ rating: 'NEGATIVE', comment: 'Too few.' })).status).toBe(200);
    expect((await workspace.call('GET', message)).body.feedback).toEqual({
      rating: 'NEGATIVE',
      comment: 'Too few.',
    });
  });

  it('has no endpoint', async () => {
    expect(await code(workspace.call('GET', 'genie/rooms'))).toEqual([404, 'ENDPOINT_NOT_FOUND']);
    expect(await code(workspace.call('PUT', 'genie/spaces'))).toEqual([404, 'ENDPOINT_NOT_FOUND']);
  });
});

describe('the quota of questions', () => {
  it('is that of the whole workspace, and says when there is room', async () => {
    await using small = await startTestWorkspace({ questionsPerMinute: 2 });
    const start = `genie/spaces/${retail}/start-conversation`;
    const ask = (caller: string) => small.call('POST', start, { caller, body: { content: 'Orders' } });
    expect((await ask('Ada')).status).toBe(200);
    small.pass(20_000);
    expect((await ask('Ben')).status).toBe(200);
    const { status, body, headers } = await ask('application');
    expect([status, body.error_code, headers.get('retry-after')]).toEqual([
      429,
      'REQUEST_LIMIT_EXCEEDED',
      '40',
    ]);
    small.pass(39_999);
    expect((await ask('Ada')).headers.get('retry-after')).toBe('1');
    small.pass(1);
    expect((await ask('Ada')).status).toBe(200);
    expect((await ask('Ada')).headers.get('retry-after')).toBe('20');
  });

  it('counts neither looking nor refused questions', async () => {
    await using small = await startTestWorkspace({ questionsPerMinute: 2, pace: 1000 });
    const message = await small.ask('Orders');
    await small.call('GET', message);
    const messages = message.replace(/\/[^/]+$/, '');
    expect((await small.call('POST', messages, { body: { content: 'Only for North?' } })).status).toBe(409);
    expect((await small.call('POST', messages, { body: { content: '' } })).status).toBe(400);
    await expect(small.ask('Revenue')).resolves.toContain(retail);
    await expect(small.ask('Revenue')).rejects.toThrow('429');
  });
});

describe('the directory', () => {
  const list = async (route: string, caller = 'Ada') =>
    await workspace.call('GET', `preview/scim/v2/${route}`, { caller });
  const filter = (name: string, value: string) => `filter=${encodeURIComponent(`${name} eq "${value}"`)}`;

  it('finds a person and the application by their names', async () => {
    const { body: users } = await list(`Users?${filter('userName', 'ben@contoso.example')}`);
    expect(users).toMatchObject({ totalResults: 1, Resources: [{ displayName: 'Ben', active: true }] });
    const id = workspace.entra.clientId;
    const { body } = await list(`ServicePrincipals?${filter('applicationId', id)}`, 'application');
    expect(body.Resources).toMatchObject([
      { applicationId: id, entitlements: expect.arrayContaining([{ value: 'databricks-sql-access' }]) },
    ]);
    const { body: none } = await list(`Users?${filter('userName', 'olaf@contoso.example')}`);
    expect(none).toMatchObject({ totalResults: 0, Resources: [] });
  });

  it('pages from 1 on, and ends', async () => {
    const { body: second } = await list('Users?startIndex=2&count=1', 'Grace');
    expect(second).toMatchObject({ totalResults: 3, startIndex: 2, itemsPerPage: 1 });
    expect(second.Resources).toMatchObject([{ userName: 'ben@contoso.example' }]);
    expect((await list('Users?startIndex=4')).body.Resources).toEqual([]);
  });

  it('shows more to administrators', async () => {
    const { body } = await list(`Users?${filter('userName', 'ben@contoso.example')}`);
    expect(body.Resources[0].entitlements).toBeUndefined();
    const { body: whole } = await list(`Users?${filter('userName', 'ben@contoso.example')}`, 'Grace');
    expect(whole.Resources[0].entitlements).toHaveLength(2);
  });

  it('refuses a filter that it does not know, in its own words', async () => {
    const { status, body } = await list(`Users?${filter('title', 'x')}`);
    expect([status, body.status, body.scimType]).toEqual([400, '400', 'invalidFilter']);
  });

  it('tells administrators who may use the warehouse', async () => {
    const { warehouse_id } = (await workspace.call('GET', `genie/spaces/${retail}`)).body;
    const route = `permissions/warehouses/${warehouse_id}`;
    const { body } = await workspace.call('GET', route, { caller: 'Grace' });
    expect(body.access_control_list).toContainEqual({
      service_principal_name: workspace.entra.clientId,
      all_permissions: [{ permission_level: 'CAN_USE', inherited: false }],
    });
    expect(await code(workspace.call('GET', route))).toEqual([403, 'PERMISSION_DENIED']);
  });
});

describe('tokens of the workspace', () => {
  const tokenFor = async (server: TestWorkspace, secret: string, form: Record<string, string>) => {
    const response = await fetch(`${server.databricks.url}/oidc/v1/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${server.entra.clientId}:${secret}`).toString('base64')}`,
      },
      body: new URLSearchParams(form),
    });
    return { status: response.status, body: await response.json() };
  };
  const usual = { grant_type: 'client_credentials', scope: 'all-apis' };

  it('are given for the right secret, and end after an hour', async () => {
    await using other = await startTestWorkspace({ oauthSecret: 'right:secret' });
    const { body } = await tokenFor(other, 'right:secret', usual);
    const status = async () =>
      (
        await fetch(`${other.databricks.url}/api/2.0/genie/spaces`, {
          headers: { authorization: `Bearer ${body.access_token}` },
        })
      ).status;
    expect([body.token_type, body.expires_in, await status()]).toEqual(['Bearer', 3600, 200]);
    other.pass(3_600_000);
    expect(await status()).toBe(401);
    expect(await tokenFor(other, 'wrong', usual)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    const password = { ...usual, grant_type: 'password' };
    expect((await tokenFor(other, 'right:secret', password)).body.error).toBe('unsupported_grant_type');
    expect((await tokenFor(other, 'right:secret', { ...usual, scope: 'sql' })).body.error).toBe(
      'invalid_scope',
    );
  });

  it('are given to nobody where there is no secret', async () => {
    expect((await tokenFor(workspace, '', usual)).status).toBe(401);
  });
});

describe('steering', () => {
  it('makes a fault in the form of the service, for one caller', async () => {
    const fault = { kind: 'status', status: 503, caller: 'Ben', times: 1 };
    await workspace.control('POST', 'faults', fault);
    expect((await workspace.call('GET', 'genie/spaces')).status).toBe(200);
    expect(await code(workspace.call('GET', 'genie/spaces', { caller: 'Ben' }))).toEqual([
      503,
      'TEMPORARILY_UNAVAILABLE',
    ]);
  });

  it('logs who called, and no token', async () => {
    await workspace.control('DELETE', 'calls');
    await workspace.call('GET', 'genie/spaces', { caller: 'application' });
    const { calls } = await (await workspace.control('GET', 'calls')).json();
    expect(calls).toMatchObject([{ caller: 'application', path: '/api/2.0/genie/spaces', status: 200 }]);
    expect(JSON.stringify(calls)).not.toContain('Bearer');
  });

  it('changes the pace, and refuses what makes no sense', async () => {
    await using other = await startTestWorkspace();
    expect((await other.control('PUT', 'pace', { state: 50 })).status).toBe(204);
    expect((await other.call('GET', await other.ask('Orders'))).body.status).toBe('SUBMITTED');
    expect((await other.control('PUT', 'pace', { state: 'slow' })).status).toBe(400);
    expect((await other.control('PUT', 'grants', { space: 'x', name: 'Ben', level: null })).status).toBe(400);
  });
});
