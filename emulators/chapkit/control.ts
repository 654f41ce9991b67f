import { isObject } from '../azure-ml/arm/call.ts';
import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { healthStates, type Service } from './call.ts';

/**
 * What tests and people change while the emulator runs. Null: not one of these routes.
 * `PUT /_control/pace` {work} in milliseconds; `PUT /_control/health` {state}; `PUT /_control/keys` {keys}.
 */
export async function controlService(service: Service, request: EmulatorRequest): Promise<Reply | null> {
  const routes: Record<string, (input: Record<string, unknown>) => void> = {
    'PUT /_control/pace': ({ work }) => setPace(service, work),
    'PUT /_control/health': ({ state }) => setHealth(service, state),
    'PUT /_control/keys': ({ keys }) => setKeys(service, keys),
  };
  const route = routes[`${request.method} ${request.path}`];
  if (!route) return null;
  try {
    const input = await request.json();
    route(isObject(input) ? input : {});
    return { status: 204 };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { status: 400, body: { error: { code: 'BadControl', message: error.message } } };
  }
}

function setPace({ jobs }: Service, work: unknown): void {
  if (typeof work !== 'number' || work < 0) throw new TypeError('work is milliseconds.');
  jobs.pace.work = work;
}

function setHealth({ health }: Service, wanted: unknown): void {
  const state = healthStates.find((known) => known === wanted);
  if (!state) throw new TypeError(`state is one of ${healthStates.join(', ')}.`);
  health.state = state;
}

/** As a restart with other keys would. */
function setKeys(service: Service, keys: unknown): void {
  if (!Array.isArray(keys)) throw new TypeError('keys is a list of texts.');
  service.keys = new Set(keys.map(String));
}
