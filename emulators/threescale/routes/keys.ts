import type { Reply } from '../../kit/server.ts';
import { type Call, ok, type Route, textOf, timeOf } from '../call.ts';
import { invalid, notFound } from '../errors.ts';
import { applicationOf, applicationView } from './applications.ts';
import { isKey, newKey } from './creation.ts';

const path = 'accounts/:account/applications/:application/keys';

export const keyRoutes: readonly Route[] = [
  { method: 'GET', path, handle: list },
  { method: 'POST', path, handle: add },
  { method: 'DELETE', path: `${path}/:key`, handle: remove },
];

const most = 5;

function list(call: Call): Reply {
  const keys = applicationOf(call).keys.map(({ value, createdAt }) => ({
    key: { value, created_at: timeOf(createdAt), updated_at: timeOf(createdAt) },
  }));
  return ok({ keys });
}

function add(call: Call): Reply {
  const application = applicationOf(call);
  const value = call.input.key === undefined ? newKey() : textOf(call.input.key);
  const same = ({ value: other }: { value: string }) => other.toLowerCase() === value.toLowerCase();
  if (!isKey(value)) throw invalid({ value: ['is invalid'] });
  if (application.keys.some(same)) throw invalid({ value: ['has already been taken'] });
  if (application.keys.length >= most) throw invalid({ base: ['Limit reached'] });
  const keys = [...application.keys, { value, createdAt: call.tenant.now() }];
  const body = applicationView(call, call.tenant.applications.change(application, { keys }));
  return { status: 201, body };
}

function remove(call: Call): Reply {
  const application = applicationOf(call);
  const keys = application.keys.filter(({ value }) => value !== call.path.key);
  if (keys.length === application.keys.length) throw notFound();
  call.tenant.applications.change(application, { keys });
  return { status: 200 };
}
