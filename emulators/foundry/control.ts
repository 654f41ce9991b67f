import { isObject } from '../azure-ml/arm/call.ts';
import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { catalogue } from './agents/catalogue.ts';
import type { Project } from './project.ts';

/**
 * What tests and people change while the emulator runs. Null: not one of these routes.
 * `POST /_control/consents` {person}, `DELETE`; `POST /_control/streams` a StreamFault with `agent`, `after` and
 * `times`, `DELETE`; `PUT /_control/pace` {delta, first} in milliseconds.
 */
export async function controlProject(project: Project, request: EmulatorRequest): Promise<Reply | null> {
  const routes: Record<string, () => void | Promise<void>> = {
    'POST /_control/consents': async () => consent(project, await request.json()),
    'DELETE /_control/consents': project.consents.withdrawAll,
    'POST /_control/streams': async () => project.streamFaults.add(await request.json()),
    'DELETE /_control/streams': project.streamFaults.clear,
    'PUT /_control/pace': async () => setPace(project, await request.json()),
  };
  const route = routes[`${request.method} ${request.path}`];
  if (!route) return null;
  try {
    await route();
    return { status: 204 };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { status: 400, body: { error: { code: 'BadControl', message: error.message } } };
  }
}

/** A person, by name or object id, lets every connection of the agents act for them. */
function consent({ authority, consents }: Project, input: unknown): void {
  const wanted = isObject(input) ? input.person : undefined;
  const person = authority.people.find(({ name, oid }) => name === wanted || oid === wanted);
  if (!person) throw new TypeError('person is the name or the object id of somebody in the directory.');
  for (const { project_connection_id: connection } of catalogue.flatMap(({ tools }) => tools))
    if (typeof connection === 'string') consents.give(person.oid, connection);
}

function setPace({ pace }: Project, input: unknown): void {
  const { delta, first } = isObject(input) ? input : {};
  if (typeof delta !== 'number' || (first !== undefined && typeof first !== 'number'))
    throw new TypeError('delta and first are milliseconds.');
  pace.delta = delta;
  pace.first = first ?? delta;
}
