import { pino } from 'pino';
import { ConfigError, readConfig } from './config.ts';
import { systemClock } from './domain/clock.ts';
import { createGateway } from './gateway.ts';

/** Together 20 s, after which nothing of this process is left. */
const drainMs = 19_000;
const closeMs = 1_000;

function configOrExit() {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

const config = configOrExit();
const log = pino({ level: config.logLevel });
const gateway = createGateway(config, log);
const { port } = await gateway.server.listen(config.port, config.host);
log.info({ port }, 'mlgraph listens');

/** Stops accepting, ends subscriptions so that clients retry, waits for operations, exits 0. */
async function stop(signal: string) {
  log.info({ signal }, 'draining');
  await gateway.server.drain(drainMs);
  // Connections to upstreams wait for the calls on them; nobody waits for those any more.
  await Promise.race([gateway.close(), systemClock.sleep(closeMs)]);
  process.exit(0);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));
