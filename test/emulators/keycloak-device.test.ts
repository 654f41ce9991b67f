import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outcome, startRealm } from './support/keycloak.ts';

type Realm = Awaited<ReturnType<typeof startRealm>>;
let realm: Realm;
beforeEach(async () => {
  realm = await startRealm();
});
afterEach(() => realm.keycloak.close());

const cli = { client_id: 'mlgraph-cli' };
const begin = async () => {
  const { body } = await realm.post('auth/device', { ...cli, scope: 'openid' });
  return body as Record<string, string>;
};
const poll = async ({ device_code }: Record<string, string>) => {
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  return await realm.token({ grant_type, device_code });
};

type Shown = { status: number; html: string; headers: Headers; cookie: string };
const open = async (address = ''): Promise<Shown> => {
  const answer = await fetch(address);
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { status: answer.status, html: await answer.text(), headers: answer.headers, cookie };
};
const hidden = (html: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
const decide = async (
  { html, cookie }: Shown,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) => {
  const own = { device_user_code: hidden(html, 'device_user_code'), csrf: hidden(html, 'csrf') };
  const answer = await fetch(`${realm.keycloak.realmUrl}/device`, {
    method: 'POST',
    headers: { cookie, ...headers },
    body: new URLSearchParams({ ...own, ...fields }),
  });
  return { status: answer.status, html: await answer.text() };
};
const kim = { username: 'kim', password: 'kim-secret' };

describe('a device', () => {
  it('gets a code of eight letters, and waits in its pace', async () => {
    const device = await begin();
    expect(device).toMatchObject({
      expires_in: 600,
      interval: 5,
      user_code: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
    });
    expect(device.verification_uri_complete).toBe(`${device.verification_uri}?user_code=${device.user_code}`);
    const pending = [400, 'authorization_pending', 'The authorization request is still pending'];
    expect(outcome(await poll(device))).toEqual(pending);
    realm.pass(4);
    expect(outcome(await poll(device))).toEqual([400, 'slow_down', 'Slow down']);
    realm.pass(1);
    expect(outcome(await poll(device))).toEqual(pending);
    realm.pass(600);
    expect(outcome(await poll(device))).toEqual([400, 'expired_token', 'Device code is expired']);
    expect((await open(device.verification_uri_complete)).html).toContain('Invalid code');
  });

  it('gets tokens once, after its person has approved', async () => {
    const device = await begin();
    const page = await open(device.verification_uri_complete);
    expect((await decide(page, { ...kim, accept: 'Yes' })).html).toContain('Device Login Successful');
    const { status, body } = await poll(device);
    expect([status, body.scope]).toEqual([200, 'openid email profile']);
    realm.pass(5);
    expect(outcome(await poll(device))).toEqual([400, 'invalid_grant', 'Device code not valid']);
    expect((await open(device.verification_uri_complete)).html).toContain('Invalid code');
  });

  it('is told when it was denied, which takes no sign-in', async () => {
    const device = await begin();
    const page = await open(device.verification_uri_complete);
    expect((await decide(page, { cancel: 'No' })).html).toContain('Device Login Failed');
    expect(outcome(await poll(device))).toEqual([
      400,
      'access_denied',
      'The end user denied the authorization request',
    ]);
  });
});

describe('the page', () => {
  it('asks for a code that was not in its address, typed in any way', async () => {
    const device = await begin();
    const { html } = await open(device.verification_uri);
    expect(html).toContain('name="device_user_code"');
    const typed = ` ${device.user_code?.toLowerCase().replace('-', ' ')}`;
    const next = await decide({ ...(await open(device.verification_uri)) }, { device_user_code: typed });
    expect(next.html).toContain(`<code>${device.user_code}</code>`);
    expect(
      (await decide(await open(device.verification_uri), { device_user_code: 'WRON-GONE' })).html,
    ).toContain('role="alert">Invalid code');
  });

  it('tells who asks, and has a choice of people and two buttons', async () => {
    const { html } = await open((await begin()).verification_uri_complete);
    expect(html).toContain('<strong>mlgraph-cli</strong>');
    for (const text of ['Kim (kim@contoso.example)', '>Approve<', '>Deny<']) expect(html).toContain(text);
  });

  it('takes a person from the list without a password, and nobody else', async () => {
    const device = await begin();
    const page = await open(device.verification_uri_complete);
    const [person] = realm.keycloak.people;
    expect((await decide(page, { person: 'other', accept: 'Yes' })).html).toContain(
      'Invalid username or password.',
    );
    expect((await decide(page, { ...kim, password: 'wrong', accept: 'Yes' })).html).toContain('role="alert"');
    expect(outcome(await poll(device))[1]).toBe('authorization_pending');
    await decide(page, { person: person?.id ?? '', accept: 'Yes' });
    realm.pass(5);
    expect((await poll(device)).status).toBe(200);
  });

  it('believes only the form that it gave to this browser, from its own origin', async () => {
    const device = await begin();
    const page = await open(device.verification_uri_complete);
    const approve = { ...kim, accept: 'Yes' };
    const forged = [
      await decide({ ...page, cookie: '' }, approve),
      await decide({ ...page, cookie: 'KC_DEVICE_PAGE=other' }, approve),
      await decide(page, { ...approve, csrf: '' }),
      await decide(page, { ...approve, device_user_code: (await begin()).user_code ?? '' }),
      await decide(page, approve, { origin: 'https://elsewhere.example' }),
      await decide(page, approve, { origin: 'null' }),
    ];
    expect(forged.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
    expect(outcome(await poll(device))[1]).toBe('authorization_pending');
    expect((await decide(page, approve, { origin: realm.keycloak.url })).status).toBe(200);
  });

  it('loads nothing, runs nothing, and is framed by nobody', async () => {
    const { headers, html } = await open((await begin()).verification_uri_complete);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get('cache-control')).toContain('no-store');
    expect(headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    expect(html).not.toMatch(/<script|src=|href=/);
  });

  it('shows what it is given as text', async () => {
    const { html } = await open(`${realm.keycloak.realmUrl}/device?user_code=%3Cscript%3E`);
    expect(html).not.toContain('<script>');
  });
});
