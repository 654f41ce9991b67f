import { notFound } from '../../domain/errors.ts';

/** Names reach URLs and MLflow filters from ids that anybody can write: only what Azure can have named passes. */
const asset = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,254}$/;
const version = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,29}$/;
const run = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,255}$/;
/** Experiments that MLflow made may hold blanks and slashes. */
const experiment = /^[^\p{Cc}]{1,255}$/u;

const existing = (what: string, pattern: RegExp) => (name: string) => {
  if (!pattern.test(name)) throw notFound(`There is no such ${what} in this workspace.`);
  return name;
};

/** Names of things to read. @throws NOT_FOUND for a name that nothing can have. */
export const known = {
  dataset: existing('dataset', asset),
  model: existing('model', asset),
  version: existing('version', version),
  run: existing('run', run),
  experiment: existing('experiment', experiment),
  compute: existing('compute', asset),
};

/** Whether a run can have this name. */
export const isRunName = (name: string): boolean => run.test(name);
