import type { Steps } from './step.ts';

/** What a service says of itself. */
export async function describes({ step }: Steps): Promise<void> {
  await step('health', 'GET', '/health', { key: null });
  await step('health by HEAD', 'HEAD', '/health', { key: null });
  await step('info', 'GET', '/api/v1/info');
  await step('system', 'GET', '/api/v1/system');
  await step('schema of configs', 'GET', '/api/v1/configs/$schema');
  await step('schema of configs, percent-encoded', 'GET', '/api/v1/configs/%24schema');
  await step('schema of artifacts', 'GET', '/api/v1/artifacts/$schema');
  await step('schema of jobs', 'GET', '/api/v1/jobs/$schema');
}
