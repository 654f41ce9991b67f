import type { ApiKey } from './api-keys.ts';
import { gatewayClient } from './gateway-client.ts';
import type { Platform } from './platform.ts';
import { isPlanted, readSample, type Sample, seed } from './seed.ts';
import { type SessionFiles, sessionFiles } from './session.ts';

export type SignInOptions = {
  home: string;
  port: number;
  platform: Pick<Platform, 'entra' | 'upstreams'> & {
    keycloak: Pick<Platform['keycloak'], 'issueUserToken'>;
  };
  apiKeys: readonly ApiKey[];
  print(line: string): void;
};

/** Signs the local people in, keeps the files that say so fresh, and plants the sample. */
export type SignIn = {
  /** The gateway takes traffic, for the first time or again; nothing comes of it after the stop. */
  gatewayReady(pid: number): void;
  /** Ends renewal and seeding. */
  stop(): void;
  removeFiles(): void;
};

type State = SignInOptions & { files: SessionFiles; gatewayPid: number | null; sample: Sample };

/** The people's tokens last a day. */
const renewMs = 12 * 3600 * 1000;

export function createSignIn(options: SignInOptions): SignIn {
  const stopping = new AbortController();
  const state: State = {
    ...options,
    files: sessionFiles(options.home),
    gatewayPid: null,
    sample: readSample(options.home),
  };
  writeGraphiql(state);
  const renewal = setInterval(() => renew(state), renewMs);
  return {
    gatewayReady: (pid) => {
      if (stopping.signal.aborted) return;
      const first = state.gatewayPid === null;
      state.gatewayPid = pid;
      writeSession(state);
      if (!first) return;
      announce(state);
      void plantSample(state, stopping.signal);
    },
    stop: () => {
      stopping.abort();
      clearInterval(renewal);
    },
    removeFiles: state.files.remove,
  };
}

function announce({ port, home, print }: State): void {
  print(`GraphiQL: http://127.0.0.1:${port}/graphql, signed in as Ada.`);
  print(`Tokens of Ada, Ben, Grace, Olaf and Kim, and API keys: ${home}/session.json`);
}

async function plantSample(state: State, signal: AbortSignal): Promise<void> {
  if (isPlanted(state.sample)) return;
  try {
    await seed({
      home: state.home,
      graphql: gatewayClient(state.port, () => tokenOf(state, 'Ada')),
      signal,
      onProgress: (sample) => {
        state.sample = sample;
        if (!signal.aborted) writeGraphiql(state);
      },
    });
    state.print(
      'The sample is there: dataset iris and a finished run on it, an answer of Genie, a model of disease-forecast.',
    );
  } catch (error) {
    if (!signal.aborted) state.print(`The sample could not be prepared: ${(error as Error).message}`);
  }
}

const tokenOf = ({ platform }: State, name: string): string => platform.entra.issueUserToken(name);

const writeGraphiql = (state: State): void => state.files.writeGraphiql(tokenOf(state, 'Ada'), state.sample);

function writeSession(state: State): void {
  const { platform, port, gatewayPid, files, apiKeys } = state;
  if (gatewayPid === null) return;
  files.writeSession({
    url: `http://127.0.0.1:${port}/graphql`,
    wsUrl: `ws://127.0.0.1:${port}/graphql`,
    pids: { gateway: gatewayPid, emulators: process.pid },
    people: [
      ...platform.entra.people.map(({ name, role }) => ({ name, role, token: tokenOf(state, name) })),
      { name: 'Kim', role: 'keycloak', token: platform.keycloak.issueUserToken('Kim') },
    ],
    apiKeys,
    upstreams: platform.upstreams,
  });
}

function renew(state: State): void {
  writeGraphiql(state);
  writeSession(state);
}
