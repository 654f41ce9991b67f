import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { post, startServer } from './support.ts';

const protectedResource = {
  origin: null,
  issuers: [
    {
      issuer: 'https://login.example/t/v2.0',
      scopes: ['openid', 'api://c/access_as_user'],
      cliClientId: null,
    },
    { issuer: 'https://keys.example/realms/staff', scopes: ['openid'], cliClientId: 'mlgraph-cli' },
  ],
};
const read = async (url: string) => {
  const response = await fetch(url);
  return { response, body: (await response.json()) as unknown };
};

describe('whose tokens are taken', () => {
  test.each(['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/graphql'])(
    'is told at %s, to pages of any origin',
    async (path) => {
      await using server = await startServer({ protectedResource });
      const { response, body } = await read(`${server.url}${path}?x=1`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(body).toEqual({
        resource: `${server.url}/graphql`,
        resource_name: 'mlgraph',
        authorization_servers: ['https://login.example/t/v2.0', 'https://keys.example/realms/staff'],
        scopes_supported: ['openid', 'api://c/access_as_user'],
        bearer_methods_supported: ['header'],
        mlgraph_scopes: {
          'https://login.example/t/v2.0': ['openid', 'api://c/access_as_user'],
          'https://keys.example/realms/staff': ['openid'],
        },
        mlgraph_cli_client_ids: { 'https://keys.example/realms/staff': 'mlgraph-cli' },
      });
    },
  );

  test('is where a 401 says', async () => {
    await using server = await startServer({ protectedResource });
    for (const headers of [{ accept: '*/*' }, { authorization: 'Bearer bad' }] as Record<string, string>[]) {
      const { response, status } = await post(server.graphql, { query: '{ me }' }, headers);
      expect(status).toBe(401);
      const [, url = ''] = /^Bearer resource_metadata="([^"]+)"(, error="invalid_token")?$/.exec(
        response.headers.get('www-authenticate') ?? '',
      ) as string[];
      expect((await read(url)).body).toMatchObject({ resource: server.graphql });
    }
  });

  test('stands below the address that the operator gave, whatever a request says', async () => {
    const origin = 'https://ml.example';
    await using server = await startServer({ protectedResource: { ...protectedResource, origin } });
    const { response } = await post(server.graphql, { query: '{ me }' });
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/graphql"`,
    );
    const { body } = await read(`${server.url}/.well-known/oauth-protected-resource`);
    expect(body).toMatchObject({ resource: `${origin}/graphql` });
  });

  test('is nowhere where nobody has to know', async () => {
    await using server = await startServer();
    const { response } = await read(`${server.url}/.well-known/oauth-protected-resource`);
    expect(response.status).toBe(404);
  });

  test('does not repeat a Host that is no host', async () => {
    await using server = await startServer({ protectedResource });
    const text = await new Promise<string>((resolve, reject) => {
      const call = request(`${server.url}/.well-known/oauth-protected-resource`, {
        headers: { host: 'a"b' },
      });
      call.on('response', async (response) => {
        let body = '';
        for await (const chunk of response) body += chunk;
        resolve(body);
      });
      call.on('error', reject).end();
    });
    expect(JSON.parse(text)).toMatchObject({
      resource: expect.stringMatching(/^http:\/\/localhost:\d+\//),
    });
  });
});
