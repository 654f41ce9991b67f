import { callerName, type TokenAuthority } from '../azure-ml/access.ts';
import { type Emulator, startEmulator } from '../kit/server.ts';
import { controlProject } from './control.ts';
import { faultReply } from './errors.ts';
import type { Project } from './project.ts';
import { failInterrupted } from './responses/recover.ts';
import { serveProject } from './service.ts';
import { openConsents } from './state/consents.ts';
import { openConversations } from './state/conversations.ts';
import { openResponses } from './state/responses.ts';
import { openStore } from './state/store.ts';
import { createStreamFaults } from './stream-faults.ts';

export type FoundryOptions = {
  /** Verifies tokens, and knows the people and their roles. */
  entra: TokenAuthority;
  /** Directory of everything that is kept; made if it is not there. */
  home: string;
  /** Of the project; `local` by default. */
  project?: string;
  /** 0, which is the default, takes a free one. */
  port?: number;
  /** PEM. With it the emulator speaks https. */
  tls?: { key: string; cert: string };
  /** Milliseconds since the epoch. */
  clock?: () => number;
  /** Milliseconds between two deltas; 40 by default. */
  pace?: number;
  /** Milliseconds before the first delta; those of `pace` by default. */
  firstDelta?: number;
};

export type Foundry = Emulator & {
  /** As clients are configured with it: `https://…/api/projects/{project}`. */
  projectEndpoint: string;
};

/** Starts one Foundry project with its agents, as it was left in `home`. */
export async function startFoundry(options: FoundryOptions): Promise<Foundry> {
  const project = openProject(options);
  failInterrupted(project);
  const stop = async () => {
    const running = [...project.live.values()];
    for (const live of running) live.stop.abort('shutdown');
    await Promise.all(running.map(({ done }) => done));
  };
  const emulator = await startEmulator({
    name: 'foundry',
    port: options.port,
    tls: options.tls,
    callerOf: (request) => callerName(project.authority, request),
    handle: (request) =>
      request.path.startsWith('/_control/')
        ? controlProject(project, request)
        : serveProject(project, request),
    errorReply: faultReply,
  }).catch((error) => {
    project.store.close();
    throw error;
  });
  const close = async () => {
    await stop();
    await emulator.close();
    project.store.close();
  };
  return { ...emulator, projectEndpoint: `${emulator.url}/api/projects/${project.name}`, close };
}

function openProject({ entra, home, clock, pace = 40, ...options }: FoundryOptions): Project {
  const store = openStore(home);
  const now = clock ?? Date.now;
  return {
    name: options.project ?? 'local',
    authority: entra,
    store,
    conversations: openConversations(store, now),
    responses: openResponses(store),
    consents: openConsents(store),
    streamFaults: createStreamFaults(),
    pace: { delta: pace, first: options.firstDelta ?? pace },
    live: new Map(),
    now,
  };
}
