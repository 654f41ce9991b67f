import { isObject } from '../azure-ml/arm/call.ts';
import { type EmulatorRequest, type Reply, ReplyError } from '../kit/server.ts';
import { notFound } from './errors.ts';
import type { Account } from './state/rows.ts';
import type { Tenant } from './state/tenant.ts';

/** One authorised request. `path` are the names in its path, `input` the parameters of query and body. */
export type Call = {
  tenant: Tenant;
  request: EmulatorRequest;
  input: Record<string, unknown>;
  path: Record<string, string>;
};

/** `path`: below `/admin/api/`, without its suffix. */
export type Route = { method: string; path: string; handle(call: Call): Reply | Promise<Reply> };

export const ok = (body: unknown): Reply => ({ status: 200, body });

/** Seconds, as the service has them. */
export const timeOf = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

/** The account in the path. Throws 404. */
export function accountOf({ tenant, path }: Call): Account {
  const account = tenant.accounts.get(Number(path.account));
  if (!account) throw notFound();
  return account;
}

/** Query, and a body of a form or of JSON, whose members may stand below the resource's name. */
export async function inputOf(request: EmulatorRequest): Promise<Record<string, unknown>> {
  const query = Object.fromEntries(request.url.searchParams);
  return { ...query, ...(await bodyOf(request)) };
}

const wrappers = ['application', 'account', 'user', 'service', 'proxy', 'application_plan'];

async function bodyOf(request: EmulatorRequest): Promise<Record<string, unknown>> {
  const type = request.headers['content-type'] ?? '';
  if (/x-www-form-urlencoded/i.test(type)) return formOf((await request.body()).toString('utf8'));
  const json = /json/i.test(type) ? ((await request.json()) ?? {}) : {};
  if (!isObject(json)) throw wrongType();
  const wrapper = wrappers.find((name) => name in json);
  if (wrapper === undefined) return json;
  const inner = json[wrapper];
  if (!isObject(inner)) throw wrongType();
  return { ...json, ...inner };
}

/** `name[]` for one of several. */
function formOf(text: string): Record<string, unknown> {
  const form: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (!name.endsWith('[]')) form[name] = value;
    else form[name.slice(0, -2)] = [...((form[name.slice(0, -2)] as string[]) ?? []), value];
  }
  return form;
}

const wrongType = () => new ReplyError({ status: 422, body: { error: 'Wrong type for parameter' } });
