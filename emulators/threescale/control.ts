import { isObject } from '../azure-ml/arm/call.ts';
import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { plans, products } from './catalogue.ts';
import type { Tenant } from './state/tenant.ts';

/**
 * What tests and people change while the emulator runs. Null: not one of these routes.
 * `PUT /_control/pace` {createMs}: so long a new application has been checked and is not there yet, so that two of one
 * key can come to be; `POST /_control/lost-answers` {times, status?}: applications are created, and the answer is that
 * status, or none; `PUT /_control/tokens` {token, permission: rw, ro or null}; `PUT /_control/default-plans` {service,
 * plan or null}.
 */
export async function controlTenant(tenant: Tenant, request: EmulatorRequest): Promise<Reply | null> {
  const routes: Record<string, (input: Record<string, unknown>) => void> = {
    'PUT /_control/pace': ({ createMs }) => {
      tenant.pace.createMs = wholeOf(createMs, 'createMs');
    },
    'POST /_control/lost-answers': ({ times, status = null }) => {
      const answered = status === null ? null : wholeOf(status, 'status');
      tenant.pace.lost = { times: wholeOf(times, 'times'), status: answered };
    },
    'PUT /_control/tokens': ({ token, permission }) => changeToken(tenant, token, permission),
    'PUT /_control/default-plans': ({ service, plan }) => changeDefault(tenant, service, plan),
  };
  const route = routes[`${request.method} ${request.path}`];
  if (!route) return null;
  try {
    const input = await request.json();
    route(isObject(input) ? input : {});
    return { status: 204 };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { status: 400, body: { error: error.message } };
  }
}

function wholeOf(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError(`${name} is a whole number.`);
}

function changeToken({ tokens }: Tenant, token: unknown, permission: unknown): void {
  if (typeof token !== 'string' || token === '') throw new TypeError('token is a text.');
  if (permission === null) tokens.delete(token);
  else if (permission === 'rw' || permission === 'ro') tokens.set(token, permission);
  else throw new TypeError('permission is rw, ro or null.');
}

function changeDefault(tenant: Tenant, service: unknown, plan: unknown): void {
  const product = products.find(({ systemName }) => systemName === service);
  const found = plans.find(({ id, serviceId }) => id === plan && serviceId === product?.id);
  if (!product || (plan !== null && !found))
    throw new TypeError('service is a system name, plan the id of one of its plans, or null.');
  tenant.setDefaultPlan(product.id, found?.id ?? null);
}
