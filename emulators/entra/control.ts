import type { EmulatorRequest, Reply } from '../kit/server.ts';
import type { Entra } from './entra.ts';
import type { PersonSwitch } from './switches.ts';

type Controlled = Pick<Entra, 'switchOn' | 'switchesOff' | 'rotateKey'>;

/**
 * The issuer's own control routes: `POST /_control/switches` (a PersonSwitch), `DELETE /_control/switches`,
 * `POST /_control/keys/rotate` (`{ dropOld?, issuer? }`). Null: not one of them.
 */
export async function controlRoutes(entra: Controlled, request: EmulatorRequest): Promise<Reply | null> {
  switch (`${request.method} ${request.path}`) {
    case 'POST /_control/switches':
      return await switchOn(entra, request);
    case 'DELETE /_control/switches':
      entra.switchesOff();
      return { status: 204 };
    case 'POST /_control/keys/rotate':
      return { status: 200, body: { kid: entra.rotateKey((await request.json()) ?? {}) } };
    default:
      return null;
  }
}

async function switchOn(entra: Controlled, request: EmulatorRequest): Promise<Reply> {
  try {
    entra.switchOn((await request.json()) as PersonSwitch);
    return { status: 204 };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { status: 400, body: { error: { code: 'BadSwitch', message: error.message } } };
  }
}
