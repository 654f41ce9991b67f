import { type Reply, ReplyError } from '../../kit/server.ts';
import { type Call, ok, type Route } from '../call.ts';
import type { Member } from './members.ts';

export const scimRoutes: readonly Route[] = [
  { method: 'GET', path: 'preview/scim/v2/Me', handle: ({ member }) => ok(whole(member)) },
  { method: 'GET', path: 'preview/scim/v2/Users', handle: (call) => list(call, 'user') },
  { method: 'GET', path: 'preview/scim/v2/ServicePrincipals', handle: (call) => list(call, 'application') },
];

const nameOf = { user: 'userName', application: 'applicationId' } as const;

/** Those who are no administrators see who is there, and no more of others than that. */
function list({ workspace, member, query }: Call, kind: Member['kind']): Reply {
  const wanted = filterOf(query.get('filter'), nameOf[kind]);
  const found = workspace.members
    .list()
    .filter(
      (one) => one.kind === kind && (wanted === null || one.userName.toLowerCase() === wanted.toLowerCase()),
    );
  const start = numberOf(query, 'startIndex', 1);
  const page = found.slice(start - 1, start - 1 + numberOf(query, 'count', 100));
  const full = (one: Member) => member.isAdmin || one.key === member.key;
  return ok({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: found.length,
    startIndex: start,
    itemsPerPage: page.length,
    Resources: page.map((one) => (full(one) ? whole(one) : reduced(one))),
  });
}

const schemaOf = { user: 'User', application: 'ServicePrincipal' } as const;

const reduced = ({ id, name, kind, userName }: Member) => ({
  schemas: [`urn:ietf:params:scim:schemas:core:2.0:${schemaOf[kind]}`],
  id: String(id),
  [nameOf[kind]]: userName,
  displayName: name,
  active: true,
});

const whole = (member: Member) => ({
  ...reduced(member),
  userName: member.userName,
  entitlements: [{ value: 'workspace-access' }, { value: 'databricks-sql-access' }],
  groups: [
    { display: 'users', value: '4455' },
    ...(member.isAdmin ? [{ display: 'admins', value: '4456' }] : []),
  ],
  roles: [],
});

/** The value of `name eq "value"`; null: no filter. Throws 400 for any other. */
function filterOf(filter: string | null, name: string): string | null {
  if (filter === null) return null;
  const [, attribute = '', value] = /^\s*(\w+)\s+eq\s+"([^"]*)"\s*$/i.exec(filter) ?? [];
  if (value === undefined || attribute.toLowerCase() !== name.toLowerCase())
    throw scimError(`The filter must have the form ${name} eq "value".`, 'invalidFilter');
  return value;
}

function numberOf(query: URLSearchParams, name: string, usual: number): number {
  const value = Number(query.get(name) ?? usual);
  if (!Number.isInteger(value) || value < 0)
    throw scimError(`${name} must be a whole number.`, 'invalidValue');
  return name === 'startIndex' ? Math.max(1, value) : value;
}

const scimError = (detail: string, scimType: string): ReplyError =>
  new ReplyError({
    status: 400,
    body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], detail, status: '400', scimType },
  });
