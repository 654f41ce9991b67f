import { startKeycloak } from '../../emulators/keycloak/index.ts';
import { moreClients, pollingInterval } from './realm-file.ts';
import { realmName, type Target } from './target.ts';

/** Starts the emulator. */
export async function startEmulated(): Promise<Target> {
  const keycloak = await startKeycloak({
    realm: realmName,
    moreClients,
    settings: { devicePollingInterval: pollingInterval },
  });
  const people = new Map(keycloak.people.map((person) => [person.userName, person.name]));
  const control = async (path: string, body: unknown) => {
    const url = `${keycloak.url}/_control/${path}`;
    const { status } = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    if (status !== 204) throw new Error(`the emulator was not changed: ${status}`);
  };
  return {
    name: 'emulator',
    origin: keycloak.url,
    setRealm: ({ oauth2DeviceCodeLifespan: deviceCodeLifespan, ...changes }) =>
      control('settings', { ...changes, ...(deviceCodeLifespan ? { deviceCodeLifespan } : {}) }),
    setPerson: (name, changes) => control(`people/${people.get(name)}`, changes),
    close: keycloak.close,
  };
}
