import type { CallLog } from './call-log.ts';
import type { EmulatorRequest, Reply } from './exchange.ts';
import type { FaultBook } from './faults.ts';

/** The control routes that every emulator has: faults and calls. Null: not one of them. */
export async function control(
  request: EmulatorRequest,
  { faults, calls }: { faults: FaultBook; calls: CallLog },
): Promise<Reply | null> {
  const routes: Record<string, () => Reply | Promise<Reply>> = {
    'POST /_control/faults': () => addFault(request, faults),
    'DELETE /_control/faults': () => done(faults.clear),
    'GET /_control/calls': () => ({ status: 200, body: { calls: calls.list() } }),
    'DELETE /_control/calls': () => done(calls.clear),
  };
  return (await routes[`${request.method} ${request.path}`]?.()) ?? null;
}

async function addFault(request: EmulatorRequest, faults: FaultBook): Promise<Reply> {
  try {
    faults.add(await request.json());
    return { status: 204 };
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError)
      return { status: 400, body: { error: { code: 'BadFault', message: error.message } } };
    throw error;
  }
}

function done(act: () => void): Reply {
  act();
  return { status: 204 };
}
