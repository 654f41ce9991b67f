import type { Cli } from '../cli.ts';
import { InitServiceKey } from '../operations.ts';
import { answered } from './answered.ts';
import { serviceIdOf } from './find-service.ts';

/** Prints the caller's secret for a service, made now or before. */
export async function initServiceKey(cli: Cli, said: string): Promise<void> {
  const { out } = cli;
  const api = cli.api();
  const serviceId = await serviceIdOf(api, said);
  const answer = await api.request(InitServiceKey, { input: { serviceId } });
  const made = answered(answer.initServiceKey);
  if (out.json) return out.document(made);
  const { service, key, secret, isNew, plan } = made;
  const whose = isNew ? 'Made your key' : 'This is your key';
  out.note(`${whose} to ${service.name}${plan ? ` (plan ${plan})` : ''}; it is ${key.state}.`);
  if (key.appId) out.note(`Application id: ${key.appId}`);
  if (service.endpoint) out.note(`Endpoint: ${service.endpoint}`);
  if (secret) out.line(secret);
  else out.warn('There is no secret yet: the plan awaits approval. Ask again when it was given.');
}
