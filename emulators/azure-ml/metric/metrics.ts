import { jsonBody, type PlaneRoute, runOf, slicePage } from '../data-plane/call.ts';
import { planeMissing } from '../data-plane/errors.ts';
import { isoTime } from '../state/time.ts';
import { guidFor } from '../state/workspace.ts';

const pageSize = 500;
const scalar = { uxMetricType: 'azureml.v1.scalar' };

/** POST `runs/{id}/list`: the names of a run's metrics. */
export const listMetrics: PlaneRoute['handle'] = async (call) => {
  const { continuationToken } = await jsonBody(call);
  const names = Object.keys(call.platform.runs.metrics(runOf(call).runId)).sort();
  const { page, next } = slicePage(names, continuationToken, pageSize);
  const value = page.map((name) => ({
    metricKey: { namespace: '', name, labels: null, columnNames: [name] },
    columns: { [name]: 'Double' },
    properties: scalar,
  }));
  return { status: 200, body: { value, continuationToken: next, nextLink: null } };
};

/** POST `runs/{id}/full`: every value of one metric. */
export const fullMetric: PlaneRoute['handle'] = async (call) => {
  const { metricName, continuationToken, startTime, endTime } = await jsonBody(call);
  const { runId } = runOf(call);
  const name = String(metricName);
  const points = call.platform.runs.metrics(runId)[name];
  if (!points) throw planeMissing(call.platform.workspace, `Metric ${name} of run ${runId} was not found.`);
  const [from, to] = [Date.parse(String(startTime)), Date.parse(String(endTime))];
  const within = points.filter(({ at }) => !(at < from) && !(at > to));
  const { page, next } = slicePage(within, continuationToken, pageSize);
  const value = page.map(({ value: number, step, at }) => ({
    metricId: guidFor(`${runId} ${name} ${step} ${at}`),
    createdUtc: isoTime(at),
    step,
    data: { [name]: number ?? 'NaN' },
  }));
  const head = {
    dataContainerId: `dcid.${runId}`,
    name,
    columns: { [name]: 'Double' },
    properties: scalar,
    namespace: '',
  };
  return {
    status: 200,
    body: { ...head, standardSchemaId: null, value, continuationToken: next, nextLink: null },
  };
};
