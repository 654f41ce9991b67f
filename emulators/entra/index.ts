import { type Emulator, type EmulatorRequest, startEmulator } from '../kit/server.ts';
import { createEntra, type Entra, type EntraOptions } from './entra.ts';
import { oauthReply, serviceFailure } from './errors.ts';
import { isTokenRequest, tokenForm } from './token-endpoint.ts';

export { createEntra, type Entra, type EntraOptions } from './entra.ts';
export type { Claims } from './jwt.ts';
export { type Person, people } from './people.ts';
export { TokenRefused } from './refusal.ts';
export type { PersonSwitch } from './switches.ts';

type Listening = { port?: number; tls?: { key: string; cert: string } };

/** Starts the issuer on its own address, which is also that of its tokens. */
export async function startEntra(
  options: Omit<EntraOptions, 'origin'> & Listening,
): Promise<Entra & Emulator> {
  let origin = '';
  const { clock = Date.now } = options;
  const entra = createEntra({ ...options, origin: () => origin });
  const emulator = await startEmulator({
    name: 'entra',
    port: options.port,
    tls: options.tls,
    handle: entra.handle,
    callerOf: entra.callerOf,
    detailsOf: tokenDetails,
    errorReply: (status) => oauthReply(serviceFailure(status), { correlationId: 'none', at: clock() }),
  });
  origin = emulator.url;
  return { ...entra, ...emulator };
}

/** Grant and scope of a token request, so that exchanges can be counted per audience. */
async function tokenDetails(request: EmulatorRequest): Promise<Record<string, string>> {
  if (!isTokenRequest(request)) return {};
  const form = await tokenForm(request);
  return { grant: form.get('grant_type') ?? '', scope: form.get('scope') ?? '' };
}
