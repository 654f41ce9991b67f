import type { EmulatorRequest, Reply } from '../kit/server.ts';
import type { Person } from './people.ts';
import type { Realm } from './realm.ts';

type Change<T> = { target: T; allowed: Record<string, (value: unknown) => boolean> };

const isBoolean = (value: unknown) => typeof value === 'boolean';
const isNumber = (value: unknown) => typeof value === 'number' && Number.isInteger(value) && value >= 0;
const isStrings = (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === 'string');

/**
 * The realm's own control routes: `POST /_control/settings` (a part of RealmSettings), `POST /_control/people/NAME`
 * (`{ enabled?, requiredActions?, realmRoles?, emailVerified? }`), `DELETE /_control/people/NAME/sessions`,
 * `POST /_control/keys/rotate` (`{ dropOld? }`). Null: not one of them.
 */
export async function controlRoutes(realm: Realm, request: EmulatorRequest): Promise<Reply | null> {
  const { method, path } = request;
  if (method === 'POST' && path === '/_control/settings') return await change(request, settingsOf(realm));
  if (method === 'POST' && path === '/_control/keys/rotate')
    return { status: 200, body: { kid: await realm.keys.rotate((await request.json()) ?? {}) } };
  const [, name, sessions] = /^\/_control\/people\/([^/]+)(\/sessions)?$/.exec(path) ?? [];
  if (name === undefined) return null;
  const person = realm.people.find((one) => one.name === name);
  if (!person) return { status: 404, body: { error: `The realm has no "${name}".` } };
  if (method === 'POST' && !sessions) return await change(request, personChange(person));
  if (method !== 'DELETE' || !sessions) return null;
  realm.sessions.endOf(person.id);
  return { status: 204 };
}

function settingsOf({ settings }: Realm): Change<Realm['settings']> {
  const tests = Object.entries(settings).map(([name, value]) => [
    name,
    typeof value === 'boolean' ? isBoolean : isNumber,
  ]);
  return { target: settings, allowed: Object.fromEntries(tests) };
}

const personChange = (person: Person): Change<Person> => ({
  target: person,
  allowed: {
    enabled: isBoolean,
    emailVerified: isBoolean,
    requiredActions: isStrings,
    realmRoles: isStrings,
  },
});

async function change<T extends object>(
  request: EmulatorRequest,
  { target, allowed }: Change<T>,
): Promise<Reply> {
  const wanted = Object.entries(((await request.json()) ?? {}) as Record<string, unknown>);
  const wrong = wanted.find(([name, value]) => !allowed[name]?.(value));
  if (wrong) return { status: 400, body: { error: `"${wrong[0]}" is not to be had so.` } };
  Object.assign(target, Object.fromEntries(wanted));
  return { status: 204 };
}
