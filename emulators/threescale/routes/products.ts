import { type Reply, ReplyError } from '../../kit/server.ts';
import { type Call, ok, type Route, textOf, timeOf } from '../call.ts';
import { type Plan, type Product, plans, products } from '../catalogue.ts';
import { notFound, ruled } from '../errors.ts';
import { pageReply } from '../paging.ts';
import type { Tenant } from '../state/tenant.ts';

export const productRoutes: readonly Route[] = [
  { method: 'GET', path: 'services', handle: (call) => pageReply(call, 'services', products, productView) },
  { method: 'GET', path: 'services/:service', handle: (call) => ok(productView(productOf(call))) },
  { method: 'GET', path: 'services/:service/application_plans', handle: listPlans },
  { method: 'PUT', path: 'services/:service/application_plans/:plan/default', handle: makeDefault },
  { method: 'GET', path: 'application_plans', handle: listPlans },
  { method: 'GET', path: 'services/:service/proxy', handle: getProxy },
  { method: 'GET', path: 'services/:service/proxy/configs/:env', handle: listConfigs },
  { method: 'GET', path: 'services/:service/proxy/configs/:env/:version', handle: getConfig },
  { method: 'GET', path: 'account/proxy_configs/:env', handle: listAllConfigs },
];

/** None of the products has been changed since. */
const made = Date.UTC(2026, 2, 2, 9);
const dates = { created_at: timeOf(made), updated_at: timeOf(made), links: [] };

/** The product in the path. Throws 404. */
function productOf({ path }: Call): Product {
  const product = products.find(({ id }) => String(id) === path.service);
  if (!product) throw notFound();
  return product;
}

function listPlans(call: Call): Reply {
  const service = call.path.service === undefined ? null : productOf(call).id;
  const rows = plans.filter(({ serviceId }) => service === null || serviceId === service);
  return ok({ plans: rows.map((plan) => planView(call.tenant, plan)) });
}

function makeDefault(call: Call): Reply {
  const { id } = productOf(call);
  const plan = plans.find((each) => each.serviceId === id && String(each.id) === call.path.plan);
  if (!plan) throw notFound();
  call.tenant.setDefaultPlan(id, plan.id);
  return ok(planView(call.tenant, plan));
}

function getProxy(call: Call): Reply {
  return ok({ proxy: proxyView(call.tenant, productOf(call)) });
}

function listConfigs(call: Call): Reply {
  const product = productOf(call);
  if (!environmentOf(call)) throw new ReplyError({ status: 400, body: { error: 'invalid environment' } });
  return ok({ proxy_configs: [configView(call, product)] });
}

/** There is one version of each. */
function getConfig(call: Call): Reply {
  const product = productOf(call);
  if (!environmentOf(call)) throw new ReplyError({ status: 400, body: { error: 'invalid environment' } });
  if (!['latest', '1'].includes(String(call.path.version))) throw notFound();
  return ok(configView(call, product));
}

function listAllConfigs(call: Call): Reply {
  if (!environmentOf(call)) throw ruled('invalid environment');
  const host = textOf(call.input.host);
  const hostOf = ({ systemName }: Product) => new URL(call.tenant.endpointOf(systemName)).hostname;
  const rows = products.filter((product) => host === '' || hostOf(product) === host);
  return pageReply(call, 'proxy_configs', rows, (product) => configView(call, product));
}

const environmentOf = ({ path }: Call): string | null =>
  ({ sandbox: 'sandbox', staging: 'sandbox', production: 'production' })[String(path.env)] ?? null;

const configView = (call: Call, product: Product) => ({
  proxy_config: {
    id: product.id * 10,
    version: 1,
    environment: environmentOf(call),
    content: {
      id: product.id,
      name: product.name,
      system_name: product.systemName,
      backend_version: product.backendVersion,
      backend_authentication_type: 'service_token',
      backend_authentication_value: `service-token-of-${product.systemName}`,
      proxy: proxyView(call.tenant, product),
    },
  },
});

const productView = (product: Product) => ({
  service: {
    id: product.id,
    name: product.name,
    // A product whose integration was never published in the portal stays so; it works.
    state: 'incomplete',
    system_name: product.systemName,
    backend_version: product.backendVersion,
    description: product.description,
    deployment_option: 'hosted',
    support_email: 'admin@contoso.example',
    intentions_required: false,
    buyers_manage_apps: true,
    buyers_manage_keys: true,
    referrer_filters_required: false,
    custom_keys_enabled: true,
    buyer_key_regenerate_enabled: true,
    mandatory_app_key: true,
    buyer_can_select_plan: false,
    buyer_plan_change_permission: 'request',
    annotations: {},
    ...dates,
  },
});

const planView = (tenant: Tenant, plan: Plan) => ({
  application_plan: {
    id: plan.id,
    name: plan.name,
    system_name: plan.name.toLowerCase(),
    state: plan.published ? 'published' : 'hidden',
    default: tenant.defaultPlan(plan.serviceId) === plan.id,
    custom: false,
    approval_required: plan.approvalRequired,
    setup_fee: 0,
    cost_per_month: 0,
    trial_period_days: 0,
    cancellation_period: 0,
    ...dates,
  },
});

const proxyView = (tenant: Tenant, product: Product) => ({
  service_id: product.id,
  endpoint: tenant.endpointOf(product.systemName),
  sandbox_endpoint: `${tenant.endpointOf(product.systemName)}-staging`,
  api_backend: 'http://backend.contoso.internal:8080',
  credentials_location: product.credentialsLocation,
  auth_app_key: 'app_key',
  auth_app_id: 'app_id',
  auth_user_key: product.userKeyName,
  error_auth_failed: 'Authentication failed',
  error_auth_missing: 'Authentication parameters missing',
  error_status_auth_failed: 403,
  error_status_auth_missing: 403,
  error_no_match: 'No Mapping Rule matched',
  error_status_no_match: 404,
  secret_token: 'Shared_secret_of_the_proxy',
  hostname_rewrite: '',
  api_test_path: '/',
  deployment_option: 'hosted',
  lock_version: 3,
  ...(product.backendVersion === 'oidc'
    ? {
        oidc_issuer_endpoint: 'https://zync:secret@sso.contoso.example/realms/apis',
        oidc_issuer_type: 'keycloak',
      }
    : {}),
  ...dates,
});
