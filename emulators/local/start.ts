import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type ApiKey, localApiKeys } from './api-keys.ts';
import { compileCache } from './compile-cache.ts';
import { type SupervisedGateway, superviseGateway } from './gateway-process.ts';
import { gatewaySettings, neededBy, type Upstreams } from './gateway-settings.ts';
import { type HomeLock, lockHome } from './home-lock.ts';
import { endOrphan } from './orphan.ts';
import type { Platform } from './platform.ts';
import { freePort, isFree, type UpstreamPorts, upstreamPorts } from './ports.ts';
import { createSignIn, type SignIn } from './sign-in.ts';

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

type Prepared = LocalOptions & {
  lock: HomeLock;
  ports: UpstreamPorts;
  clientSecret: string;
  apiKeys: readonly ApiKey[];
};

/** Starts the emulators and a gateway on them. Throws HomeInUse or CannotStart; then nothing is left running. */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const lock = lockHome(options.home);
  try {
    if (lock.orphan) await endOrphan(lock.orphan);
    const port = await gatewayPort(options.port);
    const ports = await upstreamPorts(options.home);
    const clientSecret = randomBytes(24).toString('base64url');
    const apiKeys = localApiKeys(options.home);
    return await run({ ...options, lock, port, ports, clientSecret, apiKeys });
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

async function run(prepared: Prepared): Promise<Local> {
  // The gateway is a process of its own, so that it loads while the emulators do.
  const readyPid = createMailbox<number>();
  const gateway = startGateway(prepared, readyPid.put);
  const platform = await startEmulators(prepared).catch(async (error) => {
    await gateway.stop();
    throw error;
  });
  const signIn = createSignIn({ ...prepared, platform });
  // Who is told that everything is there finds it so.
  platform.opened.then(() => readyPid.open(signIn.gatewayReady));
  return { ended: gateway.ended, stop: () => stop({ gateway, platform, signIn, lock: prepared.lock }) };
}

async function startEmulators({ home, ports, clientSecret }: Prepared): Promise<Platform> {
  const { startPlatform } = await import('./platform.ts');
  return await startPlatform({ home, ports, clientSecret });
}

async function stop(running: {
  gateway: SupervisedGateway;
  platform: Platform;
  signIn: SignIn;
  lock: HomeLock;
}) {
  running.signIn.stop();
  await running.gateway.stop();
  await running.platform.close();
  running.signIn.removeFiles();
  running.lock.release();
}

function startGateway(prepared: Prepared, onReady: (pid: number) => void): SupervisedGateway {
  return superviseGateway({
    entry: prepared.entry,
    port: prepared.port,
    env: environmentOf(prepared),
    onStart: (pid) => prepared.lock.noteGateway(pid),
    onReady,
    onRestart: (ending, delayMs) =>
      prepared.print(`The gateway ${ending}; it is started again in ${delayMs} ms.`),
  });
}

/** Keeps the newest value until somebody takes values, then hands each over. */
function createMailbox<T>() {
  let kept: T | undefined;
  let take: ((value: T) => void) | undefined;
  return {
    put: (value: T) => {
      if (take) take(value);
      else kept = value;
    },
    open: (taker: (value: T) => void) => {
      take = taker;
      if (kept !== undefined) taker(kept);
    },
  };
}

function environmentOf(prepared: Prepared): Record<string, string> {
  const { environment, home, port, ports, clientSecret, apiKeys } = prepared;
  const upstreams = Object.fromEntries(
    Object.entries(ports).map(([name, upstreamPort]) => [name, `http://127.0.0.1:${upstreamPort}`]),
  ) as Upstreams;
  return {
    // Compiled code kept in the home starts the gateway sooner and spares it the TypeScript stripper's memory.
    NODE_COMPILE_CACHE: compileCache,
    ...neededBy(environment),
    ...gatewaySettings(upstreams, clientSecret, apiKeys),
    PORT: String(port),
    HOST: '127.0.0.1',
    LOG_LEVEL: environment.LOG_LEVEL ?? 'warn',
    MLGRAPH_CORS_ORIGINS: 'loopback',
    MLGRAPH_GRAPHIQL_FILE: join(home, 'graphiql.json'),
  };
}
