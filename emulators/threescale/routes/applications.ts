import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Reply } from '../../kit/server.ts';
import { accountOf, type Call, ok, type Route, textOf, timeOf } from '../call.ts';
import { type Product, plans, products } from '../catalogue.ts';
import { invalid, notFound, ruled } from '../errors.ts';
import { pageReply } from '../paging.ts';
import type { Application } from '../state/rows.ts';
import { readCreation } from './creation.ts';
import { lostAnswer } from './lost-answer.ts';

const one = 'accounts/:account/applications/:application';

export const applicationRoutes: readonly Route[] = [
  { method: 'GET', path: 'accounts/:account/applications', handle: list },
  { method: 'POST', path: 'accounts/:account/applications', handle: create },
  { method: 'GET', path: one, handle: (call) => ok(applicationView(call, applicationOf(call))) },
  { method: 'PUT', path: one, handle: update },
  { method: 'DELETE', path: one, handle: remove },
  { method: 'PUT', path: `${one}/accept`, handle: (call) => move(call, ['pending'], 'live') },
  { method: 'PUT', path: `${one}/suspend`, handle: (call) => move(call, ['live'], 'suspended') },
  { method: 'PUT', path: `${one}/resume`, handle: (call) => move(call, ['suspended'], 'live') },
  { method: 'GET', path: 'applications/find', handle: find },
  { method: 'GET', path: 'applications', handle: listAll },
];

/** The application in the path, of the account in the path. Throws 404. */
export function applicationOf(call: Call): Application {
  const account = accountOf(call);
  const application = call.tenant.applications.get(Number(call.path.application));
  if (application?.accountId !== account.id) throw notFound();
  return application;
}

/** Not in pages. */
function list(call: Call): Reply {
  const { id } = accountOf(call);
  const state = textOf(call.input.state);
  const rows = call.tenant.applications
    .list()
    .filter((row) => row.accountId === id && (state === '' || row.state === state));
  return ok({ applications: rows.map((row) => applicationView(call, row)) });
}

function listAll(call: Call): Reply {
  const { service_id: service, plan_id: plan } = call.input;
  const rows = call.tenant.applications
    .list()
    .filter((row) => !service || String(row.serviceId) === service)
    .filter((row) => !plan || String(row.planId) === plan);
  return pageReply(call, 'applications', rows, (row) => applicationView(call, row));
}

/**
 * Never twice the same: each creation makes one. That a key is taken is looked up before the row is there, so two at
 * once may both pass.
 */
async function create(call: Call): Promise<Reply> {
  const { tenant } = call;
  const account = accountOf(call);
  const creation = readCreation(call);
  if (account.state !== 'approved' || !creation.product.open)
    throw ruled('You cannot subscribe to that service.');
  if (tenant.pace.createMs > 0) await wait(tenant.pace.createMs);
  const application = tenant.applications.add({ ...creation.row, accountId: account.id });
  return lostAnswer(call, {
    status: 201,
    headers: { location: `/admin/api/accounts/${account.id}/applications/${application.id}` },
    body: applicationView(call, application),
  });
}

/** `application_id` is left as it is. */
function update(call: Call): Reply {
  const application = applicationOf(call);
  const { name = application.name, description = application.description } = call.input;
  const changed = { name: textOf(name), description: textOf(description) };
  return ok(applicationView(call, call.tenant.applications.change(application, changed)));
}

function remove(call: Call): Reply {
  call.tenant.applications.delete(applicationOf(call).id);
  return { status: 200 };
}

function move(call: Call, from: Application['state'][], to: Application['state']): Reply {
  const application = applicationOf(call);
  if (!from.includes(application.state))
    throw invalid({ state: [`cannot transition from ${application.state}`] });
  return ok(applicationView(call, call.tenant.applications.change(application, { state: to })));
}

/** By what the product's style has; of another style there is nothing to be found. */
function find(call: Call): Reply {
  const { user_key, app_id, application_id = call.input.id, service_id } = call.input;
  const fits = (row: Application): boolean => {
    if (user_key !== undefined) return row.userKey === user_key;
    if (app_id !== undefined) return row.applicationId === app_id;
    return String(row.id) === textOf(application_id);
  };
  const found = call.tenant.applications
    .list()
    .find((row) => (!service_id || String(row.serviceId) === service_id) && fits(row));
  if (!found) throw notFound();
  return ok(applicationView(call, found));
}

const productOf = ({ serviceId }: Application): Product =>
  products.find(({ id }) => id === serviceId) as Product;

/** By the product's style. The keys of an application's id are in a list of their own. */
export const applicationView = ({ tenant }: Call, row: Application) => ({
  application: {
    id: row.id,
    state: row.state,
    enabled: row.state === 'live',
    name: row.name,
    description: row.description,
    service_id: row.serviceId,
    service_name: productOf(row).name,
    plan_id: row.planId,
    plan_name: plans.find(({ id }) => id === row.planId)?.name ?? '',
    account_id: row.accountId,
    org_name: tenant.accounts.get(row.accountId)?.orgName ?? '',
    first_traffic_at: null,
    first_daily_traffic_at: null,
    created_at: timeOf(row.createdAt),
    updated_at: timeOf(row.updatedAt),
    links: [],
    ...credentialsOf(row),
  },
});

function credentialsOf(row: Application): Record<string, unknown> {
  const { backendVersion } = productOf(row);
  if (backendVersion === '1') {
    const provider_verification_key = createHash('sha256')
      .update(`verify ${row.id}`)
      .digest('hex')
      .slice(0, 32);
    return { user_key: row.userKey, provider_verification_key };
  }
  if (backendVersion === '2') return { application_id: row.applicationId };
  return {
    application_id: row.applicationId,
    client_id: row.applicationId,
    client_secret: row.keys[0]?.value ?? null,
    redirect_url: null,
    oidc_configuration: { standard_flow_enabled: false, service_accounts_enabled: true },
  };
}
