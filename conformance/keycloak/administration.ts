import type { Probe } from './refusals.ts';
import { shapeOf } from './shape.ts';
import { type Asked, ask, signIn, type Target } from './target.ts';

type Step = [path: string, asked?: Asked];

const reads: Step[] = [
  ['/users'],
  ['/users?search=le&first=0&max=1'],
  ['/users?username=lee&exact=true'],
  ['/users?username=le'],
  ['/users?email=LEE@contoso.example&briefRepresentation=true'],
  ['/users?search=nobody'],
  ['/users?first=1&max=1'],
  ['/users?enabled=false'],
  ['/users/count'],
  ['/users/7b1f0c52-3c0e-4a6a-9f6b-5d3e8a10e502'],
  ['/users/7b1f0c52-3c0e-4a6a-9f6b-5d3e8a10e501/role-mappings/realm'],
  ['/users/other'],
];

const changes: Step[] = [
  ['/users', { json: { email: 'x@contoso.example' } }],
  ['/users', { json: { username: 'KIM', enabled: true } }],
  ['/users', { json: { username: 'other', email: 'kim@contoso.example', enabled: true } }],
  ['/users', { json: { username: 'Mia', email: 'Mia@contoso.example', firstName: 'Mia', enabled: true } }],
  ['/users?username=mia'],
];

/** The users of the admin API. */
export const administration: Probe[] = [
  ...reads.map((step) => ({ name: `GET ${step[0]}`, run: (target: Target) => told(target, 'root', step) })),
  { name: 'users made, changed and deleted', run: lifeOfUser },
  { name: 'users to somebody without the role', run: (target) => told(target, 'kim', ['/users']) },
  { name: 'a user made without the role', run: (target) => told(target, 'kim', ['/users', { json: {} }]) },
];

async function told(target: Target, user: string, [path, asked]: Step) {
  const { access_token: bearer } = await signIn(target, user);
  return shapeOf(target, await ask(target, `/admin/realms/staff${path}`, { ...asked, bearer }));
}

async function lifeOfUser(target: Target) {
  const { access_token: bearer } = await signIn(target, 'root');
  const users = '/admin/realms/staff';
  const send = (path: string, asked: Asked = {}) => ask(target, `${users}${path}`, { ...asked, bearer });
  const results: unknown[] = [];
  for (const [path, asked] of changes) results.push(shapeOf(target, await send(path, asked)));
  const [mia] = (await send('/users?username=mia')).json as { id: string }[];
  const one = `/users/${mia?.id}`;
  for (const [path, asked] of [
    [one, { method: 'PUT', json: { emailVerified: true } }],
    [one],
    [`${one}/logout`, { method: 'POST' }],
    [one, { method: 'DELETE' }],
    [one, { method: 'DELETE' }],
  ] satisfies Step[])
    results.push(shapeOf(target, await send(path, asked)));
  return results;
}
