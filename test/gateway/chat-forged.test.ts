import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heard, historyOf, openSession, send } from './support/chat.ts';
import { type Stack, startStack } from './support/stack.ts';

const secret = 'the chestnuts of the emperor';
let stack: Stack;
let session: string;
/** As the database knows her. */
let ada: string;

beforeAll(async () => {
  stack = await startStack({ chat: { pace: 2 } });
  session = await openSession(stack);
  await send(stack, session, `Tell me of ${secret}`);
  await heard(stack, session);
  const calls = await stack.emulators.calls('supabase');
  ada = calls.find(({ caller }) => caller?.startsWith('entra:'))?.caller ?? '';
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
});

const settings = () => stack.emulators.settings;
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);
const claims = (change: Record<string, unknown> = {}) => ({
  sub: ada,
  role: 'authenticated',
  aud: 'authenticated',
  app_metadata: { admin: true },
  iat: now(),
  exp: now() + 300,
  ...change,
});

/** A token of the project, but for what is wrong with it. */
function token({
  alg = 'HS256',
  hash = 'sha256',
  key = settings().SUPABASE_JWT_SECRET ?? '',
  change = {},
}: {
  alg?: string;
  hash?: string;
  key?: string;
  change?: Record<string, unknown>;
} = {}): string {
  const signed = `${part({ alg, typ: 'JWT' })}.${part(claims(change))}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
}
const withSignature = (alg: string, signature: string) =>
  `${part({ alg, typ: 'JWT' })}.${part(claims())}.${signature}`;

const forged: [string, () => string][] = [
  ['of another secret', () => token({ key: 'a secret of at least thirty-two characters' })],
  ['of the publishable key as its secret', () => token({ key: settings().SUPABASE_ANON_KEY })],
  ['of an empty secret', () => token({ key: '' })],
  ['by no algorithm', () => withSignature('none', '')],
  ['by no algorithm, with a signature', () => token({ alg: 'none' })],
  ['by NONE', () => withSignature('NONE', '')],
  ['by another algorithm', () => token({ alg: 'HS512', hash: 'sha512' })],
  ['by a public key that is none', () => token({ alg: 'RS256' })],
  ['without a signature', () => withSignature('HS256', '')],
  ['with claims that were changed', () => changed(token({ change: { sub: 'entra:t:ben' } }))],
  ['that has expired', () => token({ change: { iat: now() - 600, exp: now() - 300 } })],
  ["that is Ada's for the gateway", () => stack.tokens.Ada ?? ''],
];

function changed(good: string): string {
  const [header, , signature] = good.split('.');
  return [header, part(claims()), signature].join('.');
}

type Call = [method: string, path: string, body?: unknown];
const calls: Call[] = [
  ...Object.entries({
    people: 'key',
    agents: 'name',
    sessions: 'key',
    messages: 'key',
    audit_events: 'id',
  }).flatMap(([table, key]): Call[] => [
    ['GET', `/${table}?select=*`],
    ['DELETE', `/${table}?${key}=not.is.null`],
  ]),
  ['PATCH', '/messages?content=neq.x', { content: 'taken' }],
  ['POST', '/sessions', { title: 'hers', agent_name: 'clerk' }],
  ['POST', '/rpc/see_person', { subject: 's', tenant_id: 't', email: 'e', name: 'Eve' }],
];

async function database([method, path, body]: Call, bearer: string | null) {
  const answer = await fetch(`${stack.emulators.urls.supabase}/rest/v1${path}`, {
    method,
    headers: {
      apikey: settings().SUPABASE_ANON_KEY ?? '',
      'content-type': 'application/json',
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

describe('the database, asked past the gateway with its publishable key', () => {
  test.each(forged)('refuses a token %s, whatever it asks for', async (_, forge) => {
    for (const call of calls) {
      const { status, text } = await database(call, forge());
      expect(status, call.join(' ')).toBe(401);
      expect(JSON.parse(text).code, call.join(' ')).toMatch(/^PGRST30[13]$/);
      expect(text).not.toContain(secret);
    }
  });

  test('gives nobody anything', async () => {
    for (const call of calls) {
      const { status, text } = await database(call, null);
      expect([401, 404], call.join(' ')).toContain(status);
      expect(text).not.toContain(secret);
    }
  });

  test('would have answered the token that nothing is wrong with', async () => {
    const { status, text } = await database(['GET', '/messages?select=content'], token());
    expect(status).toBe(200);
    expect(text).toContain(secret);
  });

  test('has changed nothing', async () => {
    const { nodes } = await historyOf(stack, session);
    expect(nodes.map(({ content }) => content.includes('taken'))).toEqual([false, false]);
  });
});
