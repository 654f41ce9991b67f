import { type KeycloakOptions, startKeycloak } from '../../../emulators/keycloak/index.ts';

export type Form = Record<string, string | string[] | undefined>;
export type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

/** A realm whose clock the test moves, and the forms that are sent to it. */
export async function startRealm(options: KeycloakOptions = {}) {
  const time = { now: Date.UTC(2026, 10, 22) };
  const keycloak = await startKeycloak({ clock: () => time.now, ...options });
  const endpoint = (path: string) => `${keycloak.realmUrl}/protocol/openid-connect/${path}`;
  const post = async (path: string, form: Form, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await fetch(endpoint(path), { method: 'POST', body: bodyOf(form), headers });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : { text } };
  };
  const cli = { client_id: 'mlgraph-cli' };
  return {
    keycloak,
    endpoint,
    post,
    /** Moves the clock on, in seconds. */
    pass: (seconds: number) => {
      time.now += seconds * 1000;
    },
    token: (form: Form) => post('token', { ...cli, ...form }),
    signIn: (form: Form = {}) =>
      post('token', {
        ...cli,
        grant_type: 'password',
        username: 'kim',
        password: 'kim-secret',
        scope: 'openid',
        ...form,
      }),
    control: async (path: string, body: unknown, method = 'POST') =>
      (await fetch(`${keycloak.url}/_control/${path}`, { method, body: JSON.stringify(body) })).status,
  };
}

function bodyOf(form: Form): URLSearchParams {
  const fields = Object.entries(form).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  return new URLSearchParams(fields);
}

/** Status, error and description of a refusal. */
export const outcome = ({ status, body }: Answer) => [status, body.error, body.error_description];
