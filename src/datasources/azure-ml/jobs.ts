import { z } from 'zod';
import { codeOf, conflict } from '../../domain/errors.ts';
import { type AutoMLRequest, type AutoMLRun, type AzureRun, isFinal } from '../../domain/runs.ts';
import { automlJob } from './automl-job.ts';
import { contentHashProperty } from './automl-record.ts';
import { type Connection, orNull } from './connection.ts';
import type { Experiments } from './experiments.ts';
import { known } from './names.ts';
import { below } from './places.ts';
import type { Runs } from './runs.ts';
import { jobToRun } from './to-domain.ts';
import { type Job, job } from './wire.ts';

/** Creates the job, or gives back the one that this very request made before. */
export async function startAutoML(
  { arm, settings, home }: Connection,
  runs: Runs,
  request: AutoMLRequest,
): Promise<AutoMLRun> {
  const path = `/jobs${below(known.run(request.name))}`;
  const existing = await orNull(arm({ method: 'GET', path, schema: job }));
  if (existing) return repeated(existing, request, runs);
  const json = automlJob(request, settings);
  const created = await arm({ method: 'PUT', path, json, schema: job });
  checkSame(created, request);
  return jobToRun(created, home);
}

async function repeated(existing: Job, request: AutoMLRequest, runs: Runs): Promise<AutoMLRun> {
  checkSame(existing, request);
  const run = await runs.get(request.name);
  if (run.kind !== 'AUTOML') throw conflict(`"${request.name}" is the name of a run of another kind.`);
  return run;
}

/** Also after the PUT: between reading and writing, another request may have made the job. */
function checkSame({ properties }: Job, { name, contentHash }: AutoMLRequest): void {
  if (properties.properties?.[contentHashProperty] === contentHash) return;
  throw conflict(`There is already a run "${name}", which was asked for differently.`);
}

const accepted = z.unknown();

/** Asks for the run to stop. One that is final, or becomes so meanwhile, stays as it is. */
export async function cancelRun(
  connection: Connection,
  runs: Runs,
  experiments: Experiments,
  name: string,
): Promise<void> {
  const run = await runs.get(name, { fresh: true });
  if (isFinal(run.status)) return;
  try {
    await sendCancel(connection, runs, experiments, run);
  } catch (error) {
    // The service answers 400 or 409 for a run that has finished (contract section 6, unverified).
    const code = codeOf(error);
    if (code !== 'BAD_USER_INPUT' && code !== 'CONFLICT') throw error;
    if (!isFinal((await runs.get(name, { fresh: true })).status)) throw error;
  }
}

/** ARM cancels jobs and fails on their children's names, which run history cancels (contract sections 8 and 9). */
async function sendCancel(
  { arm, history }: Connection,
  runs: Runs,
  experiments: Experiments,
  { name }: AzureRun,
): Promise<void> {
  const { parentRunId, experimentId } = await runs.record(name);
  if (!parentRunId) {
    await arm({ method: 'POST', path: `/jobs${below(name)}/cancel`, schema: accepted, idempotent: true });
    return;
  }
  const experiment = (await experiments.nameOf(experimentId)) ?? '_';
  const path = `/experiments${below(experiment)}/runs${below(known.run(name))}/cancel`;
  await history({ method: 'POST', path, schema: accepted, idempotent: true });
}
