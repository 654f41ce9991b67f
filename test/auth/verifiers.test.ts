import { describe, expect, it } from 'vitest';
import { createVerifiers } from '../../src/auth/verifiers.ts';
import { personId, tenantId } from './support/issuer.ts';
import { startRealm } from './support/realm.ts';
import { startVerifying } from './support/verifier.ts';

/** Entra and two realms, all of whose keys have the same name. */
async function startAll() {
  const entra = await startVerifying();
  const { kid } = entra.issuer.key();
  const staff = await startRealm({}, { clock: entra.clock, kid });
  const guests = await startRealm({}, { clock: entra.clock, kid, first: 4, realm: 'guests' });
  const verifiers = createVerifiers([entra.verifier, staff.verifier, guests.verifier]);
  return {
    entra,
    staff,
    guests,
    verifiers,
    [Symbol.asyncDispose]: async () => {
      await entra[Symbol.asyncDispose]();
      await staff[Symbol.asyncDispose]();
      await guests[Symbol.asyncDispose]();
    },
  };
}

describe('a token is judged by the rules of its own issuer', () => {
  it('and of each comes another person', async () => {
    await using all = await startAll();
    const callers = [
      await all.verifiers.verify(all.entra.issuer.token()),
      await all.verifiers.verify(all.staff.token()),
      await all.verifiers.verify(all.guests.token()),
    ];
    expect(callers.map(({ issuerKind }) => issuerKind)).toEqual(['entra', 'oidc', 'oidc']);
    expect(new Set(callers.map(({ key }) => key)).size).toBe(3);
    expect(callers[0]).toMatchObject({ key: `entra:${tenantId}:${personId}`, tenantId });
  });

  it('and remembered as that issuer had it', async () => {
    await using all = await startAll();
    const token = all.staff.token();
    const first = await all.verifiers.verify(token);
    const asked = all.staff.server.received.length;
    expect(await all.verifiers.verify(token)).toBe(first);
    expect(all.entra.issuer.fetches() + all.guests.server.received.length).toBe(0);
    expect(all.staff.server.received).toHaveLength(asked);
  });

  it.each<[string, (all: Awaited<ReturnType<typeof startAll>>) => string, RegExp]>([
    [
      "Entra's claims, a realm's signature",
      ({ entra, staff }) => staff.token(entra.issuer.claims()),
      /signature/,
    ],
    [
      "a realm's claims, Entra's signature",
      ({ entra, staff }) => entra.issuer.token(staff.claims()),
      /signature/,
    ],
    [
      "a realm's issuer in Entra's token",
      ({ entra, staff }) => entra.issuer.token({ iss: staff.issuer }),
      /signature/,
    ],
    [
      "Entra's issuer in a realm's",
      ({ entra, staff }) => staff.token({ iss: entra.issuer.claims().iss }),
      /signature/,
    ],
    ["another realm's issuer", ({ staff, guests }) => guests.token({ iss: staff.issuer }), /signature/],
    [
      'an issuer that nobody trusts',
      ({ staff }) => staff.token({ iss: 'https://evil.example' }),
      /not trusted here \(iss\)/,
    ],
    ['no issuer', ({ staff }) => staff.token({ iss: undefined }), /not trusted here \(iss\)/],
    ['several issuers', ({ staff }) => staff.token({ iss: [staff.issuer] }), /see its iss/],
    [
      'one that begins as a trusted one',
      ({ staff }) => staff.token({ iss: `${staff.issuer}-x` }),
      /not trusted/,
    ],
    ['no JWT', () => 'abc', /not a JWT/],
    ['far too long', () => 'a'.repeat(40_000), /too long/],
  ])('%s', async (_, tokenOf, message) => {
    await using all = await startAll();
    await all.verifiers.verify(all.entra.issuer.token());
    await all.verifiers.verify(all.staff.token());
    await all.verifiers.verify(all.guests.token());
    await expect(all.verifiers.verify(tokenOf(all))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: expect.stringMatching(message),
    });
  });

  it('while another issuer is down', async () => {
    await using all = await startAll();
    await all.staff.server.stop();
    await expect(all.verifiers.verify(all.guests.token())).resolves.toBeDefined();
    await expect(all.verifiers.verify(all.staff.token())).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
  });
});
