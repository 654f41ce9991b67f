import { setTimeout as wait } from 'node:timers/promises';
import type { Answer, Ask, Asked } from '../ask.ts';

/** `step` keeps the answer under its name; `ask` only asks. */
export type Steps = {
  ask: Ask;
  step(name: string, method: string, path: string, asked?: Asked): Promise<Answer>;
};

/** What is sent under a name. */
export type Cases = Record<string, unknown>;

/** One step for each case. */
export async function stepEach({ step }: Steps, kind: string, path: string, cases: Cases): Promise<void> {
  for (const [name, json] of Object.entries(cases)) await step(`${kind} ${name}`, 'POST', path, { json });
}

export type Submitted = { job_id: string; artifact_id: string };

/** Until the job ends; the deadline is that of a service under load. */
export async function ended(ask: Ask, job: string): Promise<void> {
  for (let left = 200; left > 0; left -= 1) {
    const { body } = await ask('GET', `/api/v1/jobs/${job}`);
    if (['completed', 'failed', 'canceled'].includes((body as { status: string }).status)) return;
    await wait(50);
  }
  throw new Error('a job does not end');
}

export const idOf = ({ body }: Answer): string => (body as { id: string }).id;
