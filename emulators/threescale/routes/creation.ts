import { randomBytes } from 'node:crypto';
import { type Call, textOf } from '../call.ts';
import { type Product, plans, products } from '../catalogue.ts';
import { invalid, missing, notFound } from '../errors.ts';
import type { AppKey, Application } from '../state/rows.ts';

/** 32 hex digits, as the service makes them. */
export const newKey = (): string => randomBytes(16).toString('hex');

type Creation = {
  product: Product;
  row: Omit<Application, 'id' | 'accountId' | 'createdAt' | 'updatedAt'>;
};

/** What is asked for, checked as the models of the service do. Throws 400, 404 and 422. */
export function readCreation(call: Call): Creation {
  const { input, tenant } = call;
  if (input.plan_id === undefined) throw missing('plan_id');
  const plan = plans.find(({ id }) => String(id) === textOf(input.plan_id));
  const product = products.find(({ id }) => id === plan?.serviceId);
  if (!plan || !product) throw notFound();
  const errors: Record<string, string[]> = {};
  const name = textOf(input.name);
  if (name === '') errors.name = ["can't be blank"];
  const handle = product.backendVersion === '1' ? userKeyOf(call, errors) : applicationIdOf(call, errors);
  const keys = product.backendVersion === '1' ? [] : keysOf(call, errors);
  if (Object.keys(errors).length > 0) throw invalid(errors);
  const state = plan.approvalRequired ? 'pending' : 'live';
  const description = textOf(input.description);
  const shared = { serviceId: product.id, planId: plan.id, state, name, description } as const;
  const made: AppKey[] = keys.map((value) => ({ value, createdAt: tenant.now() }));
  return { product, row: { ...shared, userKey: null, applicationId: null, ...handle, keys: made } };
}

type Errors = Record<string, string[]>;
const taken = ['has already been taken'];

/** Unique in the whole provider. */
function userKeyOf({ input, tenant }: Call, errors: Errors): { userKey: string } {
  const userKey = input.user_key === undefined ? newKey() : textOf(input.user_key);
  if (!/^(?:[\w\-.]+|[A-Za-z0-9+]+={0,2})$/.test(userKey) || userKey.length > 256)
    errors.user_key = ['is invalid'];
  else if (tenant.applications.list().some((row) => row.userKey === userKey)) errors.user_key = taken;
  return { userKey };
}

function applicationIdOf({ input, tenant }: Call, errors: Errors): { applicationId: string } {
  const applicationId =
    input.application_id === undefined ? newKey().slice(0, 8) : textOf(input.application_id);
  if (!/^[\x21-\x7e]{4,255}$/.test(applicationId)) errors.application_id = ['is invalid'];
  else if (tenant.applications.list().some((row) => row.applicationId === applicationId))
    errors.application_id = taken;
  return { applicationId };
}

/** The products here all want one. */
function keysOf({ input }: Call, errors: Errors): string[] {
  const { application_key: given } = input;
  if (given === undefined) return [newKey()];
  const keys = (Array.isArray(given) ? given : [given]).map(textOf);
  if (keys.length > 5 || keys.some((key) => !isKey(key))) errors.keys = ['is invalid'];
  return keys;
}

export const isKey = (key: string): boolean => /^[\x21-\x7e]{5,255}$/.test(key);
