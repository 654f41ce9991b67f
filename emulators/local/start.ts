import { gatewayClient } from './gateway-client.ts';
import { type SupervisedGateway, superviseGateway } from './gateway-process.ts';
import { type HomeLock, lockHome } from './home-lock.ts';
import { endOrphan } from './orphan.ts';
import { type Platform, startPlatform } from './platform.ts';
import { freePort, isFree, upstreamPorts } from './ports.ts';
import { readSample, type Sample, seed } from './seed.ts';
import { type SessionFiles, sessionFiles } from './session.ts';

/** A reason not to start that its reader can act on. */
export class CannotStart extends Error {}

export type LocalOptions = {
  home: string;
  /** Of the gateway; 0 takes a free one. */
  port: number;
  /** The gateway's entry file. */
  entry: string;
  /** The environment from which the gateway gets what every program needs. */
  environment: Record<string, string | undefined>;
  print(line: string): void;
};

export type Local = {
  /** Rejects when the gateway cannot be kept running. */
  ended: Promise<void>;
  stop(): Promise<void>;
};

type Running = LocalOptions & { platform: Platform; files: SessionFiles; lock: HomeLock; state: State };
type State = { gatewayPid: number; sample: Sample; announced: boolean };

const renewMs = 12 * 3600 * 1000;

/** Starts the emulators and a gateway on them. Throws HomeInUse or CannotStart; then nothing is left running. */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const lock = lockHome(options.home);
  try {
    if (lock.orphan) await endOrphan(lock.orphan);
    const port = await gatewayPort(options.port);
    const platform = await startPlatform({ home: options.home, ports: await upstreamPorts(options.home) });
    const state = { gatewayPid: 0, sample: readSample(options.home), announced: false };
    return run({ ...options, port, platform, lock, files: sessionFiles(options.home), state });
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function gatewayPort(port: number): Promise<number> {
  if (port === 0) return await freePort();
  if (await isFree(port)) return port;
  throw new CannotStart(
    `Port ${port} is already in use. Stop what listens there, or set PORT to another one.`,
  );
}

function run(running: Running): Local {
  const stopping = new AbortController();
  writeGraphiql(running);
  const gateway = startGateway(running, stopping.signal);
  const renewal = setInterval(() => renew(running), renewMs);
  return {
    ended: gateway.ended,
    stop: async () => {
      stopping.abort();
      clearInterval(renewal);
      await gateway.stop();
      await running.platform.close();
      running.files.remove();
      running.lock.release();
    },
  };
}

function startGateway(running: Running, stopping: AbortSignal): SupervisedGateway {
  return superviseGateway({
    entry: running.entry,
    port: running.port,
    env: environmentOf(running),
    onStart: (pid) => running.lock.noteGateway(pid),
    onReady: (pid) => {
      running.state.gatewayPid = pid;
      writeSession(running);
      if (!running.state.announced) announce(running, stopping);
    },
    onRestart: (ending, delayMs) =>
      running.print(`The gateway ${ending}; it is started again in ${delayMs} ms.`),
  });
}

function announce(running: Running, stopping: AbortSignal): void {
  running.state.announced = true;
  running.print(`GraphiQL: http://127.0.0.1:${running.port}/graphql, signed in as Ada.`);
  running.print(`Tokens of Ada, Ben, Grace and Olaf: ${running.home}/session.json`);
  void plantSample(running, stopping);
}

async function plantSample(running: Running, signal: AbortSignal): Promise<void> {
  if (running.state.sample.finished) return;
  try {
    await seed({
      home: running.home,
      graphql: gatewayClient(running.port, () => tokenOf(running, 'Ada')),
      signal,
      onProgress: (sample) => {
        running.state.sample = sample;
        writeGraphiql(running);
      },
    });
    running.print('The sample is there: dataset iris, and a finished run on it.');
  } catch (error) {
    if (!signal.aborted) running.print(`The sample could not be prepared: ${(error as Error).message}`);
  }
}

const tokenOf = ({ platform }: Running, name: string): string => platform.entra.issueUserToken(name);

const writeGraphiql = (running: Running): void =>
  running.files.writeGraphiql(tokenOf(running, 'Ada'), running.state.sample);

function writeSession(running: Running): void {
  const { platform, port, state, files } = running;
  files.writeSession({
    url: `http://127.0.0.1:${port}/graphql`,
    wsUrl: `ws://127.0.0.1:${port}/graphql`,
    pids: { gateway: state.gatewayPid, emulators: process.pid },
    people: platform.entra.people.map(({ name, role }) => ({ name, role, token: tokenOf(running, name) })),
    apiKeys: [],
    upstreams: platform.upstreams,
  });
}

/** The people's tokens last a day. */
function renew(running: Running): void {
  writeGraphiql(running);
  if (running.state.announced) writeSession(running);
}

/** The gateway is told by its settings alone, and gets of the environment only what Node itself may need. */
function environmentOf({ environment, platform, files, port }: Running): Record<string, string> {
  const needed = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && (name === 'PATH' || name === 'HOME' || name.startsWith('NODE_'))
      ? [[name, value] as const]
      : [],
  );
  return {
    ...Object.fromEntries(needed),
    ...platform.settings,
    PORT: String(port),
    HOST: '127.0.0.1',
    LOG_LEVEL: environment.LOG_LEVEL ?? 'warn',
    MLGRAPH_CORS_ORIGINS: 'loopback',
    MLGRAPH_GRAPHIQL_FILE: files.graphiqlFile,
  };
}
