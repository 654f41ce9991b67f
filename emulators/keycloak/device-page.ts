import { createHmac, randomBytes } from 'node:crypto';
import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { isSame } from './client-authentication.ts';
import type { DeviceRequest } from './device-codes.ts';
import { OAuthError } from './errors.ts';
import { formOf } from './form.ts';
import { checkedPerson } from './grants/password.ts';
import { escaped, page } from './html.ts';
import type { Person } from './people.ts';
import { personById, type Realm } from './realm.ts';

const cookie = 'KC_DEVICE_PAGE';
/** Of the radio button for who is not in the list. */
const somebodyElse = '';

/** `GET device`: asks for the code, or with `?user_code=` at once whether its device may sign in. */
export function showDevicePage(realm: Realm, request: EmulatorRequest): Reply {
  const code = request.url.searchParams.get('user_code');
  return code === null ? codePage(realm) : askPage(realm, request, code);
}

/** `POST device`: the code was typed, or it was decided about its device. */
export async function answerDevicePage(realm: Realm, request: EmulatorRequest): Promise<Reply> {
  const form = await formOf(request);
  const code = form.get('device_user_code') ?? '';
  const decides = form.has('accept') || form.has('cancel');
  if (!decides) return askPage(realm, request, code);
  if (!isOwnForm(realm, request, form))
    return page(403, { title: 'Please start again', body: '<p role="alert">This form has expired.</p>' });
  const waiting = waitingFor(realm, code);
  if (!waiting) return codePage(realm, 'Invalid code, please try again.');
  if (!form.has('accept')) return deny(waiting);
  const person = chosenPerson(realm, form);
  if ('fault' in person) return askPage(realm, request, code, person.fault);
  waiting.state = { kind: 'approved', personId: person.id, at: realm.now() };
  const body = '<p>You may close this browser window and go back to your device.</p>';
  return page(200, { title: 'Device Login Successful', body });
}

function deny(waiting: DeviceRequest): Reply {
  waiting.state = { kind: 'denied' };
  return page(200, {
    title: 'Device Login Failed',
    body: '<p role="alert">Consent denied for connecting the device.</p>',
  });
}

function waitingFor(realm: Realm, code: string): DeviceRequest | null {
  const found = realm.deviceCodes.byUserCode(code);
  return found && found.state.kind === 'pending' && realm.now() < found.expiresAt ? found : null;
}

/** One of the list needs no password here; anybody may sign in with theirs. */
function chosenPerson(realm: Realm, form: URLSearchParams): Person | { fault: string } {
  const listed = personById(realm, form.get('person'));
  if (listed?.enabled) return listed;
  try {
    return checkedPerson(realm, form.get('username') ?? '', form.get('password') ?? '');
  } catch (error) {
    if (error instanceof OAuthError) return { fault: 'Invalid username or password.' };
    throw error;
  }
}

function codePage(realm: Realm, fault?: string): Reply {
  const body = `${alert(fault)}
<p>Enter the code that your device shows.</p>
<form method="post" action="/realms/${escaped(realm.name)}/device">
<label>Code <input type="text" name="device_user_code" required autofocus autocomplete="off" autocapitalize="characters" spellcheck="false"></label>
<button>Continue</button>
</form>`;
  return page(200, { title: 'Sign in a device', body });
}

function askPage(realm: Realm, request: EmulatorRequest, code: string, fault?: string): Reply {
  const waiting = waitingFor(realm, code);
  if (!waiting) return codePage(realm, 'Invalid code, please try again.');
  const holder = cookieOf(request) ?? randomBytes(18).toString('base64url');
  const path = `/realms/${realm.name}/device`;
  const body = `${alert(fault)}
<p><strong>${escaped(waiting.clientId)}</strong> on a device asks to sign in as you. Approve only if you started this
yourself and the device shows the code <code>${escaped(waiting.userCode)}</code>.</p>
<form method="post" action="${escaped(path)}">
<input type="hidden" name="device_user_code" value="${escaped(waiting.userCode)}">
<input type="hidden" name="csrf" value="${proof(realm, holder, waiting.userCode)}">
<fieldset><legend>Sign in as</legend>
${realm.people
  .filter(({ enabled }) => enabled)
  .map(choice)
  .join('\n')}
<label><input type="radio" name="person" value="${somebodyElse}" checked> with user name and password:</label>
<label>User name or email <input type="text" name="username" autocomplete="username" autocapitalize="none"></label>
<label>Password <input type="password" name="password" autocomplete="current-password"></label>
</fieldset>
<button name="accept" value="Yes">Approve</button>
<button name="cancel" value="No">Deny</button>
</form>`;
  const kept = `${cookie}=${holder}; Path=${path}; HttpOnly; SameSite=Strict`;
  return page(200, { title: 'Sign in a device', body }, { 'set-cookie': kept });
}

const choice = ({ id, name, email }: Person) =>
  `<label><input type="radio" name="person" value="${escaped(id)}"> ${escaped(name)} (${escaped(email ?? '')})</label>`;

const alert = (fault: string | undefined) => (fault ? `<p role="alert">${escaped(fault)}</p>` : '');

/** A form is sent by the browser that was given it, for the code that it showed, and from this page. */
function isOwnForm(realm: Realm, request: EmulatorRequest, form: URLSearchParams): boolean {
  const { origin, host } = request.headers;
  if (origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host)) return false;
  const holder = cookieOf(request);
  const userCode = form.get('device_user_code') ?? '';
  return holder !== null && isSame(form.get('csrf') ?? '', proof(realm, holder, userCode));
}

const proof = ({ keys }: Realm, holder: string, userCode: string) =>
  createHmac('sha256', keys.secret.key).update(`device page ${holder} ${userCode}`).digest('base64url');

function cookieOf({ headers }: EmulatorRequest): string | null {
  const found = (headers.cookie ?? '').split(/;\s*/).find((part) => part.startsWith(`${cookie}=`));
  return found?.slice(cookie.length + 1) ?? null;
}
