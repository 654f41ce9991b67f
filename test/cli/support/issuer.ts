import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { closed, listening } from './server.ts';

export type TokenReply = { status?: number; body: Record<string, unknown> };

/** An OpenID Connect issuer that answers as a test says. */
export type FakeIssuer = {
  issuer: string;
  /** Of each request at the token endpoint, in turn; the last stays. */
  tokens: (TokenReply | ((form: URLSearchParams) => TokenReply | Promise<TokenReply>))[];
  /** What was posted, by endpoint. */
  posted: { path: string; form: URLSearchParams }[];
  revocation: TokenReply;
  close(): Promise<void>;
};

export const pending: TokenReply = { status: 400, body: { error: 'authorization_pending' } };
export const granted = (accessToken: string, more: object = {}): TokenReply => ({
  body: {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: 300,
    refresh_token: 'refresh-1',
    ...more,
  },
});
export const refusal = (error: string, description: string, status = 400): TokenReply => ({
  status,
  body: { error, error_description: description },
});

export async function startIssuer(): Promise<FakeIssuer> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '', issuer.issuer).pathname;
    const reply = await answer(issuer, path, new URLSearchParams(await text(request)));
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reply.body));
  });
  const issuer: FakeIssuer = {
    issuer: `${await listening(server)}/realms/staff`,
    tokens: [granted('access-1')],
    posted: [],
    revocation: { body: {} },
    close: () => closed(server),
  };
  onTestFinished(issuer.close);
  return issuer;
}

async function answer(own: FakeIssuer, path: string, form: URLSearchParams): Promise<TokenReply> {
  const at = (name: string) => `${own.issuer}/${name}`;
  if (path.endsWith('/.well-known/openid-configuration'))
    return {
      body: {
        issuer: own.issuer,
        token_endpoint: at('token'),
        device_authorization_endpoint: at('auth/device'),
        revocation_endpoint: at('revoke'),
        jwks_uri: at('certs'),
      },
    };
  own.posted.push({ path: path.slice(path.indexOf('/realms/staff/') + '/realms/staff/'.length), form });
  if (path.endsWith('/auth/device'))
    return {
      body: {
        device_code: 'device-code',
        user_code: 'WDJB-MJHT',
        verification_uri: at('device'),
        verification_uri_complete: `${at('device')}?user_code=WDJB-MJHT`,
        expires_in: 600,
        interval: 0.01,
      },
    };
  if (path.endsWith('/revoke')) return own.revocation;
  const next = own.tokens.length > 1 ? own.tokens.shift() : own.tokens[0];
  return typeof next === 'function' ? next(form) : (next as TokenReply);
}
