import type { EmulatorRequest, Reply } from '../kit/server.ts';
import type { CredentialsType, Platform, Switches } from './state/platform.ts';

const credentials: readonly CredentialsType[] = ['AccountKey', 'Sas', 'None'];

/** `PUT /_control/switches` with `datastoreCredentials` or `sasLifetimeMs`. Null: not this route. */
export async function controlSwitches(platform: Platform, request: EmulatorRequest): Promise<Reply | null> {
  if (request.method !== 'PUT' || request.path !== '/_control/switches') return null;
  const { datastoreCredentials, sasLifetimeMs } = ((await request.json()) ?? {}) as Partial<Switches>;
  if (datastoreCredentials !== undefined && !credentials.includes(datastoreCredentials))
    return {
      status: 400,
      body: { error: { message: `datastoreCredentials is one of ${credentials.join(', ')}.` } },
    };
  if (sasLifetimeMs !== undefined && typeof sasLifetimeMs !== 'number')
    return { status: 400, body: { error: { message: 'sasLifetimeMs is a number.' } } };
  platform.switches.datastoreCredentials = datastoreCredentials ?? platform.switches.datastoreCredentials;
  platform.switches.sasLifetimeMs = sasLifetimeMs ?? platform.switches.sasLifetimeMs;
  return { status: 204 };
}
