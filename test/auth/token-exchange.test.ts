import { describe, expect, it, vi } from 'vitest';
import type { MlgraphError } from '../../src/domain/errors.ts';
import { clientId, otherTenantId, tenantId } from './support/issuer.ts';
import {
  arm,
  type Exchanging,
  grant,
  identityOf,
  ml,
  refuse,
  startExchanging,
} from './support/token-endpoint.ts';

const signal = new AbortController().signal;
/** Answers that one person alone gets. */
const only =
  (name: string, answer: ReturnType<typeof refuse>): Parameters<Exchanging['answerWith']>[0] =>
  ({ form }) =>
    form.get('assertion') === `assertion-of-${name}` ? answer : null;

const postsOf = ({ server }: Exchanging, name: string) =>
  server.received.filter(({ form }) => form.get('assertion') === `assertion-of-${name}`).length;

describe('an exchange', () => {
  it('is the on-behalf-of request of the protocol, in the tenant of the person', async () => {
    await using entra = await startExchanging();
    const token = await entra.tokenFor(identityOf(entra.clock, 'ada', { tenant: otherTenantId }));
    expect(token).toMatch(`assertion-of-ada ${otherTenantId}`);
    const [post] = entra.server.received;
    expect(post?.path).toMatch(new RegExp(`^/${otherTenantId}/oauth2/v2\\.0/token\\?`));
    expect(Object.fromEntries(post?.form ?? [])).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      requested_token_use: 'on_behalf_of',
      assertion: 'assertion-of-ada',
      client_id: clientId,
      client_secret: 'the secret',
      scope: expect.stringContaining(arm),
      claims: expect.stringContaining('"xms_cc":{"values":["cp1"]}'),
    });
    expect(entra.posts()).toBe(1);
  });

  it('is one per audience, however many ask at the same time', async () => {
    await using entra = await startExchanging();
    const ada = identityOf(entra.clock, 'ada');
    const asked = Array.from({ length: 1_000 }, (_, index) => entra.tokenFor(ada, index % 2 ? arm : ml));
    const tokens = new Set(await Promise.all(asked));
    expect(tokens.size).toBe(2);
    expect(entra.posts()).toBe(2);
    expect(tokens).toContain(await entra.tokenFor(ada, arm));
    expect(entra.posts()).toBe(2);
    expect(entra.exchange.size).toBe(2);
  });

  it('never gives one person the token of another', async () => {
    await using entra = await startExchanging();
    const people = Array.from({ length: 60 }, (_, index) => `p${index}`);
    const tokens = await Promise.all(people.map((name) => entra.tokenFor(identityOf(entra.clock, name))));
    tokens.forEach((token, index) => {
      expect(token.split(' ')[0]).toBe(`assertion-of-p${index}`);
    });
    const again = await Promise.all(people.map((name) => entra.tokenFor(identityOf(entra.clock, name))));
    expect(again).toEqual(tokens);
    expect(entra.posts()).toBe(60);
  });

  it('keeps tenants apart, even for the same token', async () => {
    await using entra = await startExchanging();
    await entra.tokenFor(identityOf(entra.clock, 'ada'));
    const other = await entra.tokenFor(identityOf(entra.clock, 'ada', { tenant: otherTenantId }));
    expect(other).toContain(otherTenantId);
  });

  it('asks with the token that is in force at the moment of use', async () => {
    await using entra = await startExchanging();
    const ada = identityOf(entra.clock, 'ada');
    await entra.tokenFor(ada);
    const fresh = await entra.tokenFor({ caller: ada.caller, assertion: () => 'a-fresh-assertion' });
    expect(fresh).toContain('a-fresh-assertion');
  });

  it("of the gateway's own tokens is by client credentials, held likewise", async () => {
    await using entra = await startExchanging();
    const asked = Array.from({ length: 5 }, () => entra.exchange.asApplication(arm, { signal }));
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    const [post] = entra.server.received;
    expect(Object.fromEntries(post?.form ?? [])).toMatchObject({
      grant_type: 'client_credentials',
      scope: arm,
    });
    expect(post?.path).toContain(tenantId);
    expect(entra.posts()).toBe(1);
  });
});

describe('one person’s failure', () => {
  it('429 holds for that person and audience until Retry-After, and for nobody else', async () => {
    await using entra = await startExchanging();
    const [ada, ben] = [identityOf(entra.clock, 'ada'), identityOf(entra.clock, 'ben')];
    const throttled = refuse('temporarily_unavailable', 90055, {
      status: 429,
      headers: { 'retry-after': '20' },
    });
    entra.answerWith(only('ada', throttled));
    const limited = { code: 'RATE_LIMITED', details: { upstream: 'entra', retryAfterSeconds: 20 } };
    await expect(entra.tokenFor(ada)).rejects.toMatchObject(limited);
    expect(entra.posts()).toBe(1);
    entra.answerWith(null);
    entra.clock.advance(5_000);
    await expect(entra.tokenFor(ada)).rejects.toMatchObject({ details: { retryAfterSeconds: 15 } });
    expect(entra.posts()).toBe(1);
    await expect(entra.tokenFor(ben)).resolves.toContain('ben');
    await expect(entra.tokenFor(ada, ml)).resolves.toContain('ada');
    entra.clock.advance(15_000);
    await expect(entra.tokenFor(ada)).resolves.toContain('ada');
  });

  it('429 without a Retry-After is not remembered', async () => {
    await using entra = await startExchanging();
    const ada = identityOf(entra.clock, 'ada');
    entra.answerWith(() => refuse('temporarily_unavailable', 90055, { status: 429 }));
    await expect(entra.tokenFor(ada)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    entra.answerWith(null);
    await expect(entra.tokenFor(ada)).resolves.toContain('ada');
  });

  it('429 may name the time of return as a date', async () => {
    await using entra = await startExchanging();
    const until = new Date(Math.ceil(entra.clock.now() / 1000) * 1000 + 90_000).toUTCString();
    entra.answerWith(() =>
      refuse('temporarily_unavailable', 90055, { status: 429, headers: { 'retry-after': until } }),
    );
    const asked = entra.tokenFor(identityOf(entra.clock, 'ada')).catch((error: unknown) => error);
    const { details } = (await asked) as MlgraphError;
    expect(details.retryAfterSeconds).toBeGreaterThanOrEqual(90);
    expect(details.retryAfterSeconds).toBeLessThanOrEqual(91);
  });

  it('interaction_required is told with its claims, to that person, and not remembered', async () => {
    await using entra = await startExchanging();
    const [ada, ben] = [identityOf(entra.clock, 'ada'), identityOf(entra.clock, 'ben')];
    const claims = '{"access_token":{"polids":{"essential":true,"values":["2b"]}}}';
    entra.answerWith(
      only('ada', refuse('interaction_required', 50079, { suberror: 'basic_action', claims })),
    );
    const asked = [entra.tokenFor(ada), entra.tokenFor(ada)].map((token) =>
      token.catch((error: unknown) => error),
    );
    for (const error of await Promise.all(asked)) {
      expect(error).toMatchObject({
        code: 'INTERACTION_REQUIRED',
        details: { upstream: 'entra', claims, requestId: 'correlation-1' },
      });
    }
    expect(entra.posts()).toBe(1);
    await expect(entra.tokenFor(ben)).resolves.toContain('ben');
    entra.answerWith(null);
    await expect(entra.tokenFor(ada)).resolves.toContain('ada');
  });

  it('503 with a Retry-After is remembered for that person alone', async () => {
    await using entra = await startExchanging();
    const [ada, ben] = [identityOf(entra.clock, 'ada'), identityOf(entra.clock, 'ben')];
    entra.answerWith(
      only('ada', refuse('temporarily_unavailable', 90033, { status: 503, headers: { 'retry-after': '7' } })),
    );
    for (const _ of [1, 2]) {
      await expect(entra.tokenFor(ada)).rejects.toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
        details: { retryAfterSeconds: 7 },
      });
    }
    expect(entra.posts()).toBe(1);
    await expect(entra.tokenFor(ben)).resolves.toContain('ben');
  });
});

describe('a held token', () => {
  it('is renewed in the background before its end, and serves meanwhile', async () => {
    await using entra = await startExchanging();
    const ada = identityOf(entra.clock, 'ada', { ms: 90_000_000 });
    const first = await entra.tokenFor(ada);
    entra.clock.advance((4_000 - 300) * 1000 - 1);
    expect(await entra.tokenFor(ada)).toBe(first);
    expect(entra.posts()).toBe(1);
    entra.clock.advance(1);
    expect(await entra.tokenFor(ada)).toBe(first);
    await vi.waitFor(async () => expect(await entra.tokenFor(ada)).not.toBe(first));
    expect(entra.posts()).toBe(2);
  });

  it('serves to its end when it cannot be renewed, which is tried twice a minute', async () => {
    await using entra = await startExchanging();
    const ada = identityOf(entra.clock, 'ada', { ms: 90_000_000 });
    const first = await entra.tokenFor(ada);
    entra.clock.advance(3_700_000);
    entra.answerWith(only('ada', refuse('invalid_grant', 50173)));
    for (const [seconds, posts] of [
      [0, 2],
      [29, 2],
      [1, 3],
    ] as const) {
      entra.clock.advance(seconds * 1_000);
      expect(await entra.tokenFor(ada)).toBe(first);
      await vi.waitFor(() => expect(postsOf(entra, 'ada')).toBeGreaterThanOrEqual(posts));
      await entra.tokenFor(identityOf(entra.clock, `somebody after ${seconds}`));
      expect(postsOf(entra, 'ada')).toBe(posts);
    }
    entra.clock.advance(210_000);
    await expect(entra.tokenFor(ada)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('is not given out in its last minute', async () => {
    await using entra = await startExchanging();
    const ada = identityOf(entra.clock, 'ada', { ms: 90_000_000 });
    const first = await entra.tokenFor(ada);
    entra.clock.advance(3_940_000);
    expect(await entra.tokenFor(ada)).not.toBe(first);
  });

  it('is not held longer than the token for which it was exchanged', async () => {
    await using entra = await startExchanging();
    const ada = identityOf(entra.clock, 'ada', { ms: 600_000 });
    await entra.tokenFor(ada);
    entra.clock.advance(660_000);
    entra.answerWith(() => refuse('invalid_grant', 500133));
    await expect(entra.tokenFor(ada)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('that was challenged is replaced by one asked for with the claims', async () => {
    await using entra = await startExchanging();
    const ada = identityOf(entra.clock, 'ada');
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1790000123"}}}';
    const revoked = await entra.tokenFor(ada);
    const asked = await Promise.all(Array.from({ length: 50 }, () => entra.tokenFor(ada, arm, claims)));
    expect(new Set(asked).size).toBe(1);
    expect(asked[0]).not.toBe(revoked);
    expect(JSON.parse(entra.server.received[1]?.form.get('claims') ?? '')).toMatchObject({
      access_token: { nbf: { essential: true, value: '1790000123' }, xms_cc: { values: ['cp1'] } },
    });
    expect(await entra.tokenFor(ada)).toBe(asked[0]);
    expect(entra.posts()).toBe(2);
    entra.clock.advance(61_000);
    expect(await entra.tokenFor(ada, arm, claims)).not.toBe(asked[0]);
  });

  it('that was challenged is gone even if no other is given', async () => {
    await using entra = await startExchanging();
    const ada = identityOf(entra.clock, 'ada');
    await entra.tokenFor(ada);
    entra.answerWith(() => refuse('interaction_required', 50076, { claims: '{"a":1}' }));
    await expect(entra.tokenFor(ada, arm, '{"b":2}')).rejects.toMatchObject({
      details: { claims: '{"a":1}' },
    });
    await expect(entra.tokenFor(ada)).rejects.toMatchObject({ code: 'INTERACTION_REQUIRED' });
  });

  it('asked for with claims is not replaced by one that was asked for without, before', async () => {
    await using entra = await startExchanging();
    const ada = identityOf(entra.clock, 'ada');
    const slow = Promise.withResolvers<null>();
    entra.answerWith(({ form }) => (form.get('claims')?.includes('nbf') ? null : slow.promise));
    const without = entra.tokenFor(ada);
    await vi.waitFor(() => expect(entra.posts()).toBe(1));
    const strong = await entra.tokenFor(ada, arm, '{"access_token":{"nbf":{"value":"1"}}}');
    slow.resolve(null);
    expect(await without).not.toBe(strong);
    expect(await entra.tokenFor(ada)).toBe(strong);
  });

  it('with a short life is renewed late in it', async () => {
    await using entra = await startExchanging();
    entra.answerWith((received) => grant(received, 100));
    const ada = identityOf(entra.clock, 'ada');
    const first = await entra.tokenFor(ada);
    entra.clock.advance(79_000);
    expect(await entra.tokenFor(ada)).toBe(first);
    expect(entra.posts()).toBe(1);
    entra.clock.advance(11_000);
    expect(await entra.tokenFor(ada)).not.toBe(first);
  });
});

describe('who waits', () => {
  it('may leave: the others get the token', async () => {
    await using entra = await startExchanging();
    const ada = identityOf(entra.clock, 'ada');
    const answered = Promise.withResolvers<null>();
    entra.answerWith(() => answered.promise);
    const leaver = new AbortController();
    const left = entra.exchange.onBehalfOf(ada, arm, { signal: leaver.signal });
    const stayed = entra.tokenFor(ada);
    await vi.waitFor(() => expect(entra.posts()).toBe(1));
    leaver.abort(new Error('the client went away'));
    await expect(left).rejects.toThrow('the client went away');
    answered.resolve(null);
    await expect(stayed).resolves.toContain('ada');
    expect(entra.posts()).toBe(1);
  });

  it('may all leave: the token is there for the next', async () => {
    await using entra = await startExchanging();
    const ada = identityOf(entra.clock, 'ada');
    const leaver = new AbortController();
    const left = entra.exchange.onBehalfOf(ada, arm, { signal: leaver.signal });
    leaver.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await vi.waitFor(() => expect(entra.exchange.size).toBe(1));
    await entra.tokenFor(ada);
    expect(entra.posts()).toBe(1);
  });

  it('does not start anything when already gone', async () => {
    await using entra = await startExchanging();
    const gone = AbortSignal.abort(new Error('gone'));
    const asked = entra.exchange.onBehalfOf(identityOf(entra.clock, 'ada'), arm, { signal: gone });
    await expect(asked).rejects.toThrow('gone');
    expect(entra.posts()).toBe(0);
  });

  it('waits ten seconds at most, in two attempts', async () => {
    await using entra = await startExchanging();
    entra.answerWith(() => 'hang');
    const began = entra.clock.now();
    const asked = entra.tokenFor(identityOf(entra.clock, 'ada')).catch((error: unknown) => error);
    await vi.waitFor(() => expect(entra.posts()).toBe(1));
    entra.clock.advance(5_000);
    await vi.waitFor(() => expect(entra.posts()).toBe(2));
    entra.clock.advance(began + 10_000 - entra.clock.now());
    expect(await asked).toMatchObject({ code: 'UPSTREAM_TIMEOUT', details: { upstream: 'entra' } });
    entra.answerWith(null);
    await expect(entra.tokenFor(identityOf(entra.clock, 'ada'))).resolves.toContain('ada');
  });

  it('is told at once when the exchange is closed', async () => {
    await using entra = await startExchanging();
    entra.answerWith(() => 'hang');
    const asked = entra.tokenFor(identityOf(entra.clock, 'ada')).catch((error: unknown) => error);
    await vi.waitFor(() => expect(entra.posts()).toBe(1));
    await entra.exchange.close();
    expect(await asked).toBeInstanceOf(Error);
  });
});
