export type Form = Record<string, string | string[]>;
export type Answer = { status: number; headers: Headers; text: string; json: unknown };

/** By the names of the admin API. */
export type RealmChange = {
  revokeRefreshToken?: boolean;
  accessTokenLifespan?: number;
  oauth2DeviceCodeLifespan?: number;
};

/** A running Keycloak, real or not, of which the same is asked. */
export type Target = {
  name: string;
  /** Without a path. */
  origin: string;
  /** What only an administrator changes. */
  setRealm(settings: RealmChange): Promise<void>;
  setPerson(name: string, changes: { enabled?: boolean; requiredActions?: string[] }): Promise<void>;
  close(): Promise<void>;
};

export const realmName = 'staff';
export const issuerOf = ({ origin }: Target) => `${origin}/realms/${realmName}`;

export type Asked = {
  method?: string;
  form?: Form;
  json?: unknown;
  bearer?: string;
  basic?: [id: string, secret: string];
};

/** Sends one request to a path below the origin, and never follows a redirect. */
export async function ask(target: Target, path: string, asked: Asked = {}): Promise<Answer> {
  const response = await fetch(new URL(path, target.origin), {
    method: asked.method ?? (asked.form || asked.json ? 'POST' : 'GET'),
    headers: headersOf(asked),
    body: asked.form ? encoded(asked.form) : asked.json ? JSON.stringify(asked.json) : undefined,
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

/** An endpoint of OpenID Connect. */
export const oidc = (target: Target, endpoint: string, asked?: Asked) =>
  ask(target, `/realms/${realmName}/protocol/openid-connect/${endpoint}`, asked);

function headersOf({ json, bearer, basic }: Asked): Record<string, string> {
  return {
    ...(json ? { 'content-type': 'application/json' } : {}),
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    ...(basic ? { authorization: `Basic ${Buffer.from(basic.join(':')).toString('base64')}` } : {}),
  };
}

export function encoded(form: Form): URLSearchParams {
  return new URLSearchParams(
    Object.entries(form).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
  );
}

const cli = { client_id: 'mlgraph-cli' };

export const token = (target: Target, form: Form) => oidc(target, 'token', { form: { ...cli, ...form } });

/** Tokens of a person by password. Throws where there are none. */
export async function signIn(
  target: Target,
  user = 'kim',
  scope = 'openid',
): Promise<Record<string, string>> {
  const form = { grant_type: 'password', username: user, password: `${user}-secret`, scope };
  const answer = await token(target, form);
  if (answer.status !== 200) throw new Error(`${user} cannot sign in: ${answer.status} ${answer.text}`);
  return answer.json as Record<string, string>;
}
