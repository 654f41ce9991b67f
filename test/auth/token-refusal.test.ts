import { describe, expect, it } from 'vitest';
import { MlgraphError } from '../../src/domain/errors.ts';
import type { Answer } from './support/http-server.ts';
import { clientId, tenantId } from './support/issuer.ts';
import { arm, identityOf, refuse, startExchanging } from './support/token-endpoint.ts';

const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';

/** Each: what it is, the answer, the code, and how often Entra is asked. */
const rows: [string, Answer, string, number][] = [
  ['MFA, with claims', refuse('interaction_required', 50076, { claims }), 'INTERACTION_REQUIRED', 1],
  ['MFA, without', refuse('interaction_required', 50074), 'INTERACTION_REQUIRED', 1],
  ['a number not known, with claims', refuse('invalid_grant', 999999, { claims }), 'INTERACTION_REQUIRED', 1],
  [
    'device demand, with claims',
    refuse('interaction_required', 53000, { claims }),
    'INTERACTION_REQUIRED',
    1,
  ],
  ['device demand, without', refuse('invalid_grant', 53000), 'FORBIDDEN', 1],
  ['blocked by policy', refuse('access_denied', 53003, { suberror: 'message_only', claims }), 'FORBIDDEN', 1],
  ['not assigned', refuse('invalid_grant', 50105), 'FORBIDDEN', 1],
  ['of another tenant', refuse('invalid_grant', 50020), 'FORBIDDEN', 1],
  ['assertion refused', refuse('invalid_grant', 50013), 'UNAUTHENTICATED', 1],
  ['assertion out of time', refuse('invalid_grant', 500133), 'UNAUTHENTICATED', 1],
  ['an id token', refuse('invalid_grant', 240002), 'UNAUTHENTICATED', 1],
  ['grant revoked', refuse('invalid_grant', 50173), 'UNAUTHENTICATED', 1],
  ['throttled', refuse('invalid_request', 90055), 'RATE_LIMITED', 1],
  ['429 in HTML', { status: 429, body: '<html>slow</html>' }, 'RATE_LIMITED', 1],
  ['transient', refuse('temporarily_unavailable', 90033), 'UPSTREAM_UNAVAILABLE', 2],
  ['500', refuse('server_error', 90012, { status: 500 }), 'UPSTREAM_UNAVAILABLE', 2],
  ['502 in HTML', { status: 502, body: '<html>Bad Gateway</html>' }, 'UPSTREAM_UNAVAILABLE', 2],
  ['cut', { status: 200, body: { access_token: 'x'.repeat(500) }, cut: true }, 'UPSTREAM_UNAVAILABLE', 2],
  ['a loop', refuse('invalid_grant', 50196), 'UPSTREAM_UNAVAILABLE', 1],
  ['200 in HTML', { status: 200, body: '<html>a portal</html>' }, 'UPSTREAM_ERROR', 1],
  ['200 without a token', { status: 200, body: { token_type: 'Bearer' } }, 'UPSTREAM_ERROR', 1],
  ['a redirect', { status: 302, headers: { location: '/' }, body: '' }, 'UPSTREAM_ERROR', 1],
  ['an array', { status: 400, body: [] }, 'UPSTREAM_ERROR', 1],
  ['far too long', { status: 200, body: { access_token: 'x'.repeat(2_000_000) } }, 'UPSTREAM_ERROR', 1],
  ['secret wrong', refuse('invalid_client', 7000215, { status: 401 }), 'UPSTREAM_ERROR', 1],
  ['client assertion stale', refuse('invalid_client', 700024, { status: 401 }), 'UPSTREAM_ERROR', 2],
  ['not installed', refuse('unauthorized_client', 700016), 'UPSTREAM_ERROR', 1],
  ['wrong audience of the assertion', refuse('invalid_grant', 500131), 'UPSTREAM_ERROR', 1],
  ['bad scope', refuse('invalid_scope', 70011), 'UPSTREAM_ERROR', 1],
];

describe('a refusal by Entra', () => {
  it.each(rows)('%s', async (_, answer, code, posts) => {
    await using entra = await startExchanging();
    entra.answerWith(() => answer);
    const error = await entra.tokenFor(identityOf(entra.clock, 'ada')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MlgraphError);
    expect(error).toMatchObject({ code, details: { upstream: 'entra' } });
    expect(entra.posts()).toBe(posts);
    const { message, details } = error as MlgraphError;
    expect(message + JSON.stringify(details)).not.toMatch(
      /AADSTS|hint about|127\.0\.0\.1|secret|assertion-of/,
    );
  });

  it.each([
    [65001, `/${tenantId}/oauth2/v2.0/authorize`, { scope: arm, prompt: 'consent', response_type: 'code' }],
    [90094, `/${tenantId}/adminconsent`, {}],
  ])('for want of consent (%i) names the page where to give it', async (code, path, parameters) => {
    await using entra = await startExchanging();
    entra.answerWith(() => refuse('invalid_grant', code, { suberror: 'consent_required' }));
    const error = await entra
      .tokenFor(identityOf(entra.clock, 'ada'))
      .catch((thrown: MlgraphError) => thrown);
    expect(error).toMatchObject({ code: 'INTERACTION_REQUIRED' });
    const url = new URL((error as MlgraphError).details.consentUrl ?? '');
    expect(`${url.origin}${url.pathname}`).toBe(`${entra.server.url}${path}`);
    expect(Object.fromEntries(url.searchParams)).toEqual({ client_id: clientId, ...parameters });
  });

  it('keeps its description for the log', async () => {
    await using entra = await startExchanging();
    entra.answerWith(() => refuse('invalid_client', 7000215, { status: 401 }));
    const error = await entra.tokenFor(identityOf(entra.clock, 'ada')).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({
      message: "The gateway's own credential was refused by Entra.",
      details: { requestId: 'correlation-1' },
      cause: { message: expect.stringContaining('AADSTS7000215') },
    });
  });

  it('of the gateway itself is never what a person could mend', async () => {
    await using entra = await startExchanging();
    entra.answerWith(() => refuse('interaction_required', 50076, { claims }));
    const asked = entra.exchange.asApplication(arm, { signal: new AbortController().signal });
    await expect(asked).rejects.toMatchObject({ code: 'UPSTREAM_ERROR', details: { upstream: 'entra' } });
  });

  it('that passes is over at the second attempt', async () => {
    await using entra = await startExchanging();
    entra.answerWith(() => (entra.posts() === 1 ? { status: 502, body: '<html></html>' } : null));
    await expect(entra.tokenFor(identityOf(entra.clock, 'ada'))).resolves.toContain('ada');
  });

  it('to connect is UPSTREAM_UNAVAILABLE, and over when Entra is back', async () => {
    await using entra = await startExchanging();
    await entra.server.stop();
    const ada = identityOf(entra.clock, 'ada');
    await expect(entra.tokenFor(ada)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await entra.server.start();
    await expect(entra.tokenFor(ada)).resolves.toContain('ada');
  });

  it('of claims that are no JSON is not sent at all', async () => {
    await using entra = await startExchanging();
    const asked = entra.tokenFor(identityOf(entra.clock, 'ada'), arm, 'not json');
    await expect(asked).rejects.toMatchObject({ code: 'UPSTREAM_ERROR' });
    expect(entra.posts()).toBe(0);
  });
});
