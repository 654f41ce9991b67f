import type { Context } from '../context.ts';
import { assetName } from '../domain/names.ts';
import { type Page, type PageArgs, readPage } from '../domain/paging.ts';
import type { Compute, Experiment } from '../domain/workspace.ts';

type Ask = Pick<Context, 'azureML' | 'caller'>;

export const listExperiments = (args: PageArgs, { azureML, caller }: Ask): Promise<Page<Experiment>> =>
  azureML.listExperiments(readPage(args, caller.key, ['experiments']));

export const getExperiment = (args: { name: string }, { azureML }: Ask): Promise<Experiment> =>
  azureML.getExperiment(assetName('name', args.name));

export const lastRunAtOf = (experiment: Experiment, { azureML }: Ask): Promise<Date | null> =>
  azureML.lastRunAt(experiment.name);

export const listComputes = (args: PageArgs, { azureML, caller }: Ask): Promise<Page<Compute>> =>
  azureML.listComputes(readPage(args, caller.key, ['computes']));
