import type { CallContext } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import { MlgraphError } from '../../domain/errors.ts';
import type { HealthStatus, ServiceHealth } from '../../domain/health.ts';
import type { Upstream } from '../http.ts';
import { health } from './wire.ts';

const statuses = new Map<string, HealthStatus>([
  ['healthy', 'HEALTHY'],
  ['degraded', 'DEGRADED'],
  ['unhealthy', 'UNHEALTHY'],
]);

type Parts = { systemName: string; upstream: Upstream; clock: Clock; call: CallContext };

/**
 * A service's own word on its health (contract section 4): needs no key, and 2.x tells it with 503. One that does not
 * answer is UNHEALTHY.
 */
export async function readHealth({ systemName, upstream, clock, call }: Parts): Promise<ServiceHealth> {
  const startedAt = clock.now();
  const told = (status: HealthStatus, message: string | null): ServiceHealth => ({
    name: systemName,
    provider: 'CHAPKIT',
    status,
    latencyMs: status === 'UNHEALTHY' ? null : clock.now() - startedAt,
    message,
  });
  try {
    const { status, body } = await upstream.bytes(call, { method: 'GET', path: '/health', accept: [503] });
    const answer = health.safeParse(parsed(body));
    if (!answer.success) return told('UNHEALTHY', `${systemName} does not tell its health.`);
    const said = statuses.get(answer.data.status) ?? (status === 503 ? 'UNHEALTHY' : 'DEGRADED');
    return told(said, said === 'HEALTHY' ? null : ailing(systemName, answer.data.checks));
  } catch (error) {
    if (!(error instanceof MlgraphError)) throw error;
    return told('UNHEALTHY', `${systemName} does not answer.`);
  }
}

/** Names of the checks that are not well; what they say may name hosts. */
function ailing(systemName: string, checks: Record<string, unknown> | null | undefined): string {
  const names = Object.entries(checks ?? {})
    .filter(([name, check]) => /^[\w -]{1,40}$/.test(name) && stateOf(check) !== 'healthy')
    .map(([name]) => name);
  return names.length > 0
    ? `${systemName} says that it is not well: ${names.slice(0, 5).join(', ')}.`
    : `${systemName} says that it is not well.`;
}

/** A word by itself before 1.x. */
const stateOf = (check: unknown): unknown =>
  typeof check === 'string' ? check : (check as { state?: unknown } | null)?.state;

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
