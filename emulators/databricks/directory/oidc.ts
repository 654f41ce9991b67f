import type { EmulatorRequest, Reply } from '../../kit/server.ts';
import type { Workspace } from '../workspace.ts';

/** Discovery and token endpoint of the workspace, which need no token. Null: neither of them. */
export async function oidc(workspace: Workspace, request: EmulatorRequest): Promise<Reply | null> {
  if (request.path === '/oidc/.well-known/oauth-authorization-server') return discovery(request.url.origin);
  if (request.method === 'POST' && request.path === '/oidc/v1/token') return await token(workspace, request);
  return null;
}

const discovery = (origin: string): Reply => ({
  status: 200,
  body: {
    issuer: `${origin}/oidc`,
    authorization_endpoint: `${origin}/oidc/v1/authorize`,
    token_endpoint: `${origin}/oidc/v1/token`,
    grant_types_supported: ['client_credentials'],
    scopes_supported: ['all-apis'],
  },
});

async function token({ tokens }: Workspace, request: EmulatorRequest): Promise<Reply> {
  const form = new URLSearchParams((await request.body()).toString('utf8'));
  if (form.get('grant_type') !== 'client_credentials')
    return oauthError(400, 'unsupported_grant_type', 'Only client_credentials is supported.');
  if (form.get('scope') !== 'all-apis')
    return oauthError(400, 'invalid_scope', 'The scope must be all-apis.');
  const issued = tokens.issue(...basicOf(request.headers.authorization));
  if (!issued) return oauthError(401, 'invalid_client', 'Client authentication failed.');
  return { status: 200, body: { ...issued, token_type: 'Bearer', scope: 'all-apis' } };
}

function basicOf(authorization = ''): [clientId: string, secret: string] {
  const encoded = /^Basic (.+)$/i.exec(authorization)?.[1] ?? '';
  const [, clientId = '', secret = ''] =
    /^([^:]*):(.*)$/.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return [clientId, secret];
}

const oauthError = (status: number, error: string, error_description: string): Reply => ({
  status,
  body: { error, error_description },
});
