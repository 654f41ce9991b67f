import { hostname, platform } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Call, ChapkitRoute, Service } from '../call.ts';
import { clientLeft } from '../call.ts';
import { infoOf } from '../ml/info.ts';
import { jobTime } from '../state/times.ts';
import { json } from '../wire/errors.ts';
import { eventStream, pollInterval } from '../wire/events.ts';

const healthOf = ({ health: { state } }: Service) => ({ status: state, checks: { database: { state } } });

async function* beats(call: Call, seconds: number): AsyncGenerator<unknown> {
  const signal = clientLeft(call);
  while (!signal.aborted) {
    yield healthOf(call.service);
    await wait(seconds * 1000, undefined, { signal }).catch(() => undefined);
  }
}

/** 2.x says by its status too that it is unhealthy. */
const health = ({ service }: Call) =>
  json(service.generation === 2 && service.health.state === 'unhealthy' ? 503 : 200, healthOf(service));

const system = ({ service }: Call) =>
  json(200, {
    current_time: jobTime(service.now()),
    timezone: 'UTC',
    python_version: '3.13.0',
    platform: platform(),
    hostname: hostname(),
  });

const landingPage =
  '<!doctype html><title>Chapkit</title><p>This stands in for the console of a Chapkit service.</p>';

export const describeRoutes: ChapkitRoute[] = [
  {
    method: 'GET',
    path: '/',
    handle: () => ({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: landingPage,
    }),
  },
  { method: 'GET', path: '/health', handle: health },
  {
    method: 'GET',
    path: '/health/$stream',
    handle: (call) => eventStream(beats(call, pollInterval(call, 1))),
  },
  { method: 'GET', path: '/api/v1/info', handle: ({ service }) => json(200, infoOf(service)) },
  { method: 'GET', path: '/api/v1/system', handle: system },
];
