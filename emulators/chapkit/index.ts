import { type Emulator, startEmulator } from '../kit/server.ts';
import type { Generation, Service } from './call.ts';
import { controlService } from './control.ts';
import { createJobs } from './jobs/jobs.ts';
import { keyOf, serve } from './service.ts';
import type { Artifact } from './state/artifacts.ts';
import type { Config } from './state/configs.ts';
import { openState } from './state/entities.ts';
import { faultReply } from './wire/errors.ts';

export type ChapkitOptions = {
  /** Its id: lower-case words joined by `-`. */
  name: string;
  /** Of the wire: 1.x or 2.x. */
  generation: Generation;
  /** API keys that it takes; all may do everything. */
  keys: string[];
  /** Directory of configurations and artifacts; made if it is not there. Jobs are not kept. */
  home: string;
  /** 0, which is the default, takes a free one. */
  port?: number;
  /** PEM. With it the emulator speaks https. */
  tls?: { key: string; cert: string };
  /** Milliseconds since the epoch. */
  clock?: () => number;
  /** Milliseconds that the work of a job takes, so that it can be watched; 300 by default. */
  pace?: number;
};

/** Starts one Chapkit service with the guide's linear regression, as it was left in `home`. */
export async function startChapkit(options: ChapkitOptions): Promise<Emulator> {
  const { name, generation, keys, home, clock: now = Date.now, pace = 300 } = options;
  const state = openState(home, generation, now);
  const service: Service = {
    name,
    generation,
    keys: new Set(keys),
    configs: state.open<Config>('configs'),
    artifacts: state.open<Artifact>('artifacts'),
    jobs: createJobs(now, pace),
    health: { state: 'healthy' },
    now,
  };
  const emulator = await startEmulator({
    name,
    port: options.port,
    tls: options.tls,
    callerOf: (request) => prefixOf(keyOf(request)),
    handle: (request) =>
      request.path.startsWith('/_control/') ? controlService(service, request) : serve(service, request),
    errorReply: faultReply,
  }).catch((error) => {
    state.close();
    throw error;
  });
  const close = async () => {
    await service.jobs.close();
    await emulator.close();
    state.close();
  };
  return { ...emulator, close };
}

/** As much of a key as the service's own log shows. */
const prefixOf = (key: string): string | null =>
  key === '' ? null : key.length < 7 ? '***' : key.slice(0, 7);
