import type { Reply } from '../../kit/server.ts';
import { accountOf, type Call, ok, type Route, textOf, timeOf } from '../call.ts';
import { invalid, notFound } from '../errors.ts';
import { pageReply } from '../paging.ts';
import type { Account, User } from '../state/rows.ts';
import { signUp } from '../state/tenant.ts';

export const accountRoutes: readonly Route[] = [
  { method: 'GET', path: 'accounts/find', handle: find },
  { method: 'GET', path: 'accounts', handle: list },
  { method: 'GET', path: 'accounts/:account', handle: (call) => ok(accountView(accountOf(call))) },
  { method: 'PUT', path: 'accounts/:account/approve', handle: (call) => move(call, 'approved') },
  { method: 'PUT', path: 'accounts/:account/reject', handle: (call) => move(call, 'rejected') },
  { method: 'PUT', path: 'accounts/:account/make_pending', handle: (call) => move(call, 'pending') },
  { method: 'GET', path: 'accounts/:account/users', handle: listUsers },
  { method: 'POST', path: 'signup', handle: create },
];

/** By the first of the three that is given. */
function find({ tenant, input }: Call): Reply {
  const users = tenant.users.list();
  const by: [string, (user: User, wanted: string) => boolean][] = [
    ['username', (user, wanted) => user.username === wanted],
    ['user_id', (user, wanted) => String(user.id) === wanted],
    ['email', (user, wanted) => user.email === wanted],
  ];
  const [name, fits] = by.find(([given]) => textOf(input[given]) !== '') ?? [];
  const user = name && fits ? users.find((each) => fits(each, textOf(input[name]))) : undefined;
  const account = user && tenant.accounts.get(user.accountId);
  if (!account) throw notFound();
  return ok(accountView(account));
}

function list(call: Call): Reply {
  const state = textOf(call.input.state);
  const rows = call.tenant.accounts.list().filter((account) => state === '' || account.state === state);
  return pageReply(call, 'accounts', rows, accountView);
}

function move(call: Call, state: string): Reply {
  return ok(accountView(call.tenant.accounts.change(accountOf(call), { state })));
}

function listUsers(call: Call): Reply {
  const { id } = accountOf(call);
  const { state, role } = call.input;
  const users = call.tenant.users
    .list()
    .filter((user) => user.accountId === id)
    .filter((user) => (!state || user.state === state) && (!role || user.role === role));
  return ok({ users: users.map(userView) });
}

function create({ tenant, input }: Call): Reply {
  const [orgName, username, email] = [input.org_name, input.username, input.email].map(textOf) as [
    string,
    string,
    string,
  ];
  const taken = tenant.users.list();
  const errors: Record<string, string[]> = {};
  if (orgName === '') errors.org_name = ["can't be blank"];
  if (username.length < 3) errors.username = ['is too short (minimum is 3 characters)'];
  if (username.length > 40) errors.username = ['is too long (maximum is 40 characters)'];
  if (email.length > 255) errors.email = ['is too long (maximum is 255 characters)'];
  if (taken.some((user) => user.username === username)) errors.username = ['has already been taken'];
  if (email !== '' && taken.some((user) => user.email === email)) errors.email = ['has already been taken'];
  if (Object.keys(errors).length > 0) throw invalid(errors);
  const account = signUp(tenant, { orgName, username, email });
  return {
    status: 201,
    headers: { location: `/admin/api/accounts/${account.id}` },
    body: accountView(account),
  };
}

/** Without its users: JSON has them nowhere else than in the users' own list. */
const accountView = ({ id, state, orgName, createdAt, updatedAt }: Account) => ({
  account: {
    id,
    state,
    org_name: orgName,
    credit_card_stored: false,
    monthly_billing_enabled: true,
    monthly_charging_enabled: true,
    created_at: timeOf(createdAt),
    updated_at: timeOf(updatedAt),
    annotations: {},
    links: [{ rel: 'self', href: `/admin/api/accounts/${id}` }],
  },
});

const userView = ({ id, state, role, username, email, createdAt, updatedAt }: User) => ({
  user: {
    id,
    state,
    role,
    username,
    email,
    created_at: timeOf(createdAt),
    updated_at: timeOf(updatedAt),
    links: [],
  },
});
