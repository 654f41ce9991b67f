import { unknownKey } from '../samples.ts';
import type { Steps } from './step.ts';

/** What a service without anything in it refuses, and how. */
export async function refuses(api: Steps): Promise<void> {
  await refusesAccess(api);
  await refusesEntities(api);
  await refusesPages(api);
  await refusesJobs(api);
}

async function refusesAccess({ step }: Steps): Promise<void> {
  await step('no key', 'GET', '/api/v1/configs', { key: null });
  await step('wrong key', 'GET', '/api/v1/configs', { key: 'sk_wrong_key' });
  await step('short wrong key', 'GET', '/api/v1/configs', { key: 'abc' });
  await step('no key for the stream of health', 'GET', '/health/$stream', { key: null });
  await step('no key where nothing is', 'GET', '/nothing', { key: null });
  await step('nothing there', 'GET', '/api/v1/nothing');
  await step('trailing slash', 'GET', '/api/v1/configs/');
  await step('wrong verb', 'PATCH', '/api/v1/configs');
}

async function refusesEntities({ step }: Steps): Promise<void> {
  for (const kind of ['configs', 'artifacts']) {
    await step(`${kind}: unknown`, 'GET', `/api/v1/${kind}/${unknownKey}`);
    await step(`${kind}: malformed`, 'GET', `/api/v1/${kind}/not-an-id`);
    await step(`${kind}: delete unknown`, 'DELETE', `/api/v1/${kind}/${unknownKey}`);
    await step(`${kind}: delete malformed`, 'DELETE', `/api/v1/${kind}/not-an-id`);
    await step(`${kind}: page 0`, 'GET', `/api/v1/${kind}?page=0&size=2`);
    await step(`${kind}: size 101`, 'GET', `/api/v1/${kind}?page=1&size=101`);
    await step(`${kind}: page no number`, 'GET', `/api/v1/${kind}?page=x&size=2`);
  }
  for (const operation of ['$tree', '$expand', '$config', '$download', '$metadata']) {
    await step(`${operation} of an unknown artifact`, 'GET', `/api/v1/artifacts/${unknownKey}/${operation}`);
    await step(`${operation} of a malformed artifact`, 'GET', `/api/v1/artifacts/not-an-id/${operation}`);
  }
}

async function refusesPages({ step }: Steps): Promise<void> {
  await step('page and size 0', 'GET', '/api/v1/configs?page=0&size=0');
  await step('page between two', 'GET', '/api/v1/configs?page=1.5&size=2');
  await step('page without a value', 'GET', '/api/v1/configs?page=&size=2');
  await step('health by POST', 'POST', '/health', { json: {} });
  await step('train by GET', 'GET', '/api/v1/ml/$train');
}

async function refusesJobs({ step }: Steps): Promise<void> {
  await step('unknown job', 'GET', `/api/v1/jobs/${unknownKey}`);
  await step('malformed job', 'GET', '/api/v1/jobs/not-an-id');
  await step('delete unknown job', 'DELETE', `/api/v1/jobs/${unknownKey}`);
  await step('delete malformed job', 'DELETE', '/api/v1/jobs/not-an-id');
  await step('stream of an unknown job', 'GET', `/api/v1/jobs/${unknownKey}/$stream`);
  await step('stream of a malformed job', 'GET', '/api/v1/jobs/not-an-id/$stream');
  for (const interval of ['0', 'x', '61'])
    await step(
      `stream polled every ${interval}`,
      'GET',
      `/api/v1/jobs/${unknownKey}/$stream?poll_interval=${interval}`,
    );
  await step('jobs in an unknown state', 'GET', '/api/v1/jobs?status_filter=sleeping');
  await step('jobs canceling', 'GET', '/api/v1/jobs?status_filter=canceling');
}
