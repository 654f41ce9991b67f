import type { PlaneRoute } from '../data-plane/call.ts';
import { contentInfo, listArtifacts, listBelow, prefixContentInfo } from './artifacts.ts';
import { getExperiment, queryExperiments } from './experiments.ts';
import { postQuery } from './run-query.ts';
import {
  getBatchRunData,
  getChildren,
  getDetails,
  getRun,
  getRunData,
  patchRun,
  patchTags,
  postCancel,
} from './runs.ts';

const read = 'experiments/runs/read';
const write = 'experiments/runs/write';

/** Below a run; each is reached by the run alone, and by its experiment's name or id. */
const ofRun: [method: string, path: string, action: string, handle: PlaneRoute['handle']][] = [
  ['GET', '', read, getRun],
  ['PATCH', '', write, patchRun],
  ['GET', '/details', read, getDetails],
  ['GET', '/children', read, getChildren],
  ['PATCH', '/tags', write, patchTags],
  ['POST', '/cancel', write, postCancel],
  ['GET', '/artifacts', read, listArtifacts],
  ['GET', '/artifacts/path', read, listBelow],
  ['GET', '/artifacts/contentinfo', read, contentInfo],
  ['GET', '/artifacts/prefix/contentinfo', read, prefixContentInfo],
];
const runPaths = ['runs/:run', 'experiments/:experiment/runs/:run', 'experimentids/:experiment/runs/:run'];

export const historyRoutes: readonly PlaneRoute[] = [
  ...ofRun.flatMap(([method, path, action, handle]) =>
    runPaths.map((base): PlaneRoute => ({ method, path: base + path, action, handle })),
  ),
  { method: 'POST', path: 'experiments/:experiment/runs:query', action: read, handle: postQuery },
  { method: 'POST', path: 'experimentids/:experiment/runs:query', action: read, handle: postQuery },
  { method: 'GET', path: 'experiments/:experiment', action: 'experiments/read', handle: getExperiment },
  { method: 'GET', path: 'experimentids/:experiment', action: 'experiments/read', handle: getExperiment },
  { method: 'POST', path: 'experiments:query', action: 'experiments/read', handle: queryExperiments },
  { method: 'POST', path: 'rundata', action: read, handle: getRunData },
  { method: 'POST', path: 'batchrundata', action: read, handle: getBatchRunData },
];
