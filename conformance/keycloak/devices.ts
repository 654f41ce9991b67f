import { createHash, randomBytes } from 'node:crypto';
import { jobSecret } from '../../emulators/keycloak/index.ts';
import { createBrowser, hasField, type Page } from './browser.ts';
import type { Probe } from './refusals.ts';
import { shapeOf } from './shape.ts';
import { type Form, oidc, type Target, token } from './target.ts';

type Device = { device_code: string; user_code: string; verification_uri_complete: string };

/** Devices: how they wait, and what comes of a person's decision on the pages. */
export const devices: Probe[] = [
  { name: 'a device waits, slows down, and is approved', run: approved },
  { name: 'a device is denied', run: denied },
  { name: "another client's device", run: anothers },
  { name: 'a device with PKCE', run: withChallenge },
  { name: 'a device whose code has expired', run: expired },
  { name: 'a wrong code on the page', run: wrongCode },
];

async function begin(target: Target, more: Form = {}): Promise<Device> {
  const form = { client_id: 'mlgraph-cli', scope: 'openid', ...more };
  return (await oidc(target, 'auth/device', { form })).json as Device;
}

const poll = async (target: Target, { device_code }: Device, more: Form = {}) =>
  shapeOf(
    target,
    await token(target, {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code,
      ...more,
    }),
  );

/** The polling interval of both is one second. */
const interval = () => new Promise((resolve) => setTimeout(resolve, 2100));

async function approved(target: Target) {
  const device = await begin(target);
  const before = [await poll(target, device), await poll(target, device)];
  const title = await decide(device, { accept: 'Yes' });
  await interval();
  return [...before, title, await poll(target, device), await poll(target, device)];
}

async function denied(target: Target) {
  const device = await begin(target);
  const title = await decide(device, { cancel: 'No' });
  return [title, await poll(target, device)];
}

async function anothers(target: Target) {
  const device = await begin(target);
  return [
    await poll(target, device, { client_id: 'mlgraph-tv' }),
    await poll(target, device, { client_id: 'mlgraph-job', client_secret: jobSecret }),
  ];
}

async function withChallenge(target: Target) {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const begun = async () => {
    const device = await begin(target, { code_challenge: challenge, code_challenge_method: 'S256' });
    await decide(device, { accept: 'Yes' });
    return device;
  };
  return [
    await poll(target, await begun()),
    await poll(target, await begun(), { code_verifier: 'x'.repeat(43) }),
    await poll(target, await begun(), { code_verifier: verifier }),
  ];
}

async function expired(target: Target) {
  await target.setRealm({ oauth2DeviceCodeLifespan: 1 });
  const device = await begin(target);
  await target.setRealm({ oauth2DeviceCodeLifespan: 600 });
  await interval();
  return [await poll(target, device), (await createBrowser().open(device.verification_uri_complete)).status];
}

async function wrongCode(target: Target) {
  const page = await createBrowser().open(`${target.origin}/realms/staff/device?user_code=ZZZZ-ZZZZ`);
  return [
    page.status,
    page.html.includes('Invalid code, please try again.'),
    hasField(page, 'device_user_code'),
  ];
}

/** Goes through whatever pages come until one has no form; gives the status and the words that matter of the last. */
async function decide(device: Device, decision: Record<string, string>): Promise<unknown> {
  const browser = createBrowser();
  let page = await browser.open(device.verification_uri_complete);
  for (let pages = 0; pages < 5 && page.html.includes('<form'); pages += 1)
    page = await browser.submit(page, {
      ...fieldsFor(page, device),
      ...(hasField(page, 'accept') ? decision : {}),
    });
  const words = [
    'Device Login Successful',
    'Device Login Failed',
    'Consent denied for connecting the device.',
  ];
  return { status: page.status, words: words.filter((word) => page.html.includes(word)) };
}

function fieldsFor(page: Page, { user_code }: Device): Record<string, string> {
  const known = { device_user_code: user_code, username: 'kim', password: 'kim-secret' };
  return Object.fromEntries(Object.entries(known).filter(([name]) => hasField(page, name)));
}
