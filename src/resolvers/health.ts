import type { Clock } from '../domain/clock.ts';
import type { Health, HealthStatus, Probe, ServiceHealth } from '../domain/health.ts';

const keptMs = 5_000;
const deadlineMs = 2_000;

/** Probes every upstream at once, at most every five seconds: one probe serves all callers meanwhile. */
export function createHealth(probes: () => Probe[], clock: Clock): () => Promise<Health> {
  let last: { at: number; health: Promise<Health> } | null = null;
  return () => {
    if (!last || clock.now() - last.at >= keptMs)
      last = { at: clock.now(), health: probeAll(probes(), clock) };
    return last.health;
  };
}

async function probeAll(probes: Probe[], clock: Clock): Promise<Health> {
  const services = await Promise.all(probes.map((probe) => probeOne(probe, clock)));
  return { status: overall(services), services, checkedAt: new Date(clock.now()) };
}

async function probeOne({ name, provider, check }: Probe, clock: Clock): Promise<ServiceHealth> {
  if (!check) return { name, provider, status: 'NOT_CONFIGURED', latencyMs: null, message: null };
  const started = clock.now();
  try {
    await check(AbortSignal.timeout(deadlineMs));
    return { name, provider, status: 'HEALTHY', latencyMs: clock.now() - started, message: null };
  } catch {
    return { name, provider, status: 'UNHEALTHY', latencyMs: null, message: `${name} does not answer.` };
  }
}

/** HEALTHY when all configured upstreams are, UNHEALTHY when none is, else DEGRADED. */
function overall(services: ServiceHealth[]): HealthStatus {
  const configured = services.filter(({ status }) => status !== 'NOT_CONFIGURED');
  if (configured.length === 0) return 'NOT_CONFIGURED';
  const healthy = configured.filter(({ status }) => status === 'HEALTHY').length;
  if (healthy === configured.length) return 'HEALTHY';
  return healthy === 0 ? 'UNHEALTHY' : 'DEGRADED';
}
