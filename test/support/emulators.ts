import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entra, Person, PersonSwitch } from '../../emulators/entra/index.ts';
import type { Keycloak } from '../../emulators/keycloak/index.ts';
import type { LoggedCall } from '../../emulators/kit/call-log.ts';
import type { Fault } from '../../emulators/kit/faults.ts';
import { gatewaySettings, type Upstreams } from '../../emulators/local/gateway-settings.ts';
import { startPlatform } from '../../emulators/local/platform.ts';

export type UpstreamName = keyof Upstreams;

/** The emulators on free ports, with a home of their own that goes with them. */
export type TestEmulators = AsyncDisposable & {
  entra: Entra;
  keycloak: Keycloak;
  urls: Upstreams;
  /** Settings of a gateway on them, by the names of the environment. */
  settings: Record<string, string>;
  /** A token for the gateway of everybody: Ada, Ben, Grace, Olaf, Kim of Keycloak, and `Person 1` on when more were asked for. */
  tokens: Record<string, string>;
  /** Folder of what they hold. */
  home: string;
  /** Makes an upstream fail; `heal` ends it. */
  fault(upstream: UpstreamName, fault: Fault): Promise<void>;
  heal(upstream: UpstreamName): Promise<void>;
  /** Makes something happen to one person's tokens; ended by `entra.switchesOff()`. */
  switchOn(wanted: PersonSwitch): void;
  calls(upstream: UpstreamName): Promise<LoggedCall[]>;
  forgetCalls(upstream: UpstreamName): Promise<void>;
  close(): Promise<void>;
};

const clientSecret = 'the secret of the test gateway';

export type TestEmulatorOptions = {
  /** How many data scientists there are besides the four, as `Person 1` on. */
  people?: number;
  /** With a database, and agents that say a word in so many milliseconds. */
  chat?: { pace: number };
};

export async function startTestEmulators({
  people = 0,
  chat,
}: TestEmulatorOptions = {}): Promise<TestEmulators> {
  const home = await mkdtemp(join(tmpdir(), 'mlgraph-test-'));
  const platform = await startPlatform({
    home,
    clientSecret,
    morePeople: dataScientists(people),
    database: chat ? 'passing' : 'none',
    pace: chat?.pace,
    answerPace: 20,
  });
  const { entra, keycloak, upstreams: urls } = platform;
  const close = async () => {
    await platform.close();
    await rm(home, { recursive: true, force: true });
  };
  return {
    entra,
    keycloak,
    urls,
    settings: gatewaySettings(urls, clientSecret),
    tokens: {
      ...Object.fromEntries(entra.people.map(({ name }) => [name, entra.issueUserToken(name)])),
      Kim: keycloak.issueUserToken('Kim'),
    },
    home,
    fault: (upstream, fault) => control(`${urls[upstream]}/_control/faults`, 'POST', fault),
    heal: (upstream) => control(`${urls[upstream]}/_control/faults`, 'DELETE'),
    switchOn: entra.switchOn,
    calls: (upstream) => callsOf(`${urls[upstream]}`),
    forgetCalls: (upstream) => control(`${urls[upstream]}/_control/calls`, 'DELETE'),
    close,
    [Symbol.asyncDispose]: close,
  };
}

const dataScientists = (count: number): Person[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `Person ${index + 1}`,
    role: 'data-scientist',
    oid: `e0000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`,
    email: `person${index + 1}@contoso.example`,
    appRoles: [],
  }));

async function control(url: string, method: string, body?: unknown): Promise<void> {
  const response = await fetch(url, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
}

/** The calls that an emulator has seen, oldest first. */
async function callsOf(url: string): Promise<LoggedCall[]> {
  const response = await fetch(`${url}/_control/calls`);
  return ((await response.json()) as { calls: LoggedCall[] }).calls;
}
