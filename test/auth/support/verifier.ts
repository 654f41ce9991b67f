import { createEntraVerifier } from '../../../src/auth/entra.ts';
import type { IssuerVerifier } from '../../../src/auth/verifiers.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { clientId, type Issuer, startIssuer, tenantId } from './issuer.ts';

export type Verifying = AsyncDisposable & { issuer: Issuer; clock: FakeClock; verifier: IssuerVerifier };

/** An issuer, and a verifier that trusts it. */
export async function startVerifying(options: { tenants?: string[] } = {}): Promise<Verifying> {
  const clock = createFakeClock();
  const issuer = await startIssuer(clock.now);
  const verifier = createEntraVerifier(
    {
      tenants: options.tenants ?? [tenantId],
      clientId,
      audiences: [clientId, `api://${clientId}`],
      requiredScope: 'access_as_user',
      authorityHost: issuer.url,
    },
    { clock },
  );
  const close = async () => {
    await verifier.close();
    await issuer.server.stop();
  };
  return { issuer, clock, verifier, [Symbol.asyncDispose]: close };
}
