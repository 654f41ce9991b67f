import { pino } from 'pino';
import { ConfigError, readConfig } from './config.ts';
import { createGateway } from './gateway.ts';

const drainMs = 20_000;

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
  await gateway.close();
  process.exit(0);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));
