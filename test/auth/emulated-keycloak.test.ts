import { describe, expect, it } from 'vitest';
import { startKeycloak } from '../../emulators/keycloak/index.ts';
import { createOidcVerifier } from '../../src/auth/oidc.ts';
import { systemClock } from '../../src/domain/clock.ts';

/** A realm, and a verifier that takes tokens of the command line's client. */
async function start() {
  const keycloak = await startKeycloak();
  const claims = claimsOf(keycloak.issueUserToken('Kim'));
  const verifier = createOidcVerifier(
    {
      name: 'staff',
      issuer: keycloak.realmUrl,
      audiences: ['mlgraph'],
      clients: [String(claims.azp)],
      rolesPath: ['realm_access', 'roles'],
      adminRole: 'mlgraph.admin',
      usernameClaim: 'preferred_username',
    },
    { clock: systemClock },
  );
  const close = async () => {
    await verifier.close();
    await keycloak.close();
  };
  return { keycloak, claims, verifier, [Symbol.asyncDispose]: close };
}

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('people of the emulated realm', () => {
  it('come in, and are who the realm says', async () => {
    await using realm = await start();
    expect(await realm.verifier.verify(realm.keycloak.issueUserToken('Kim'))).toMatchObject({
      issuerKind: 'oidc',
      issuer: realm.keycloak.realmUrl,
      subject: realm.claims.sub,
      userName: realm.claims.preferred_username,
      email: realm.claims.email,
      emailVerified: realm.claims.email_verified,
      tenantId: null,
    });
  });

  it('come in by the first token after a key was rotated', async () => {
    await using realm = await start();
    await realm.verifier.verify(realm.keycloak.issueUserToken('Kim'));
    await realm.keycloak.rotateKey({ dropOld: true });
    await expect(realm.verifier.verify(realm.keycloak.issueUserToken('Kim'))).resolves.toBeDefined();
  });

  it.each([{ typ: 'ID' }, { typ: 'Refresh' }, { azp: 'another-client', aud: 'account' }, { exp: 1 }])(
    'do not with %j',
    async (claims) => {
      await using realm = await start();
      const token = realm.keycloak.issueUserToken('Kim', claims);
      await expect(realm.verifier.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    },
  );

  it('do not with a token of another realm, though it states this one', async () => {
    await using realm = await start();
    const other = await startKeycloak({ realm: 'guests' });
    const token = other.issueUserToken('Kim', { iss: realm.keycloak.realmUrl });
    await other.close();
    await expect(realm.verifier.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
