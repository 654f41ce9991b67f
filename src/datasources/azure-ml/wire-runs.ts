import { z } from 'zod';
import { stringMap, text } from './wire.ts';

/** Shapes of the data plane: run history (1.0) and MLflow tracking (2.0), as far as they are read. */

const innerError: z.ZodType<InnerError> = z.lazy(() =>
  z.object({ code: text, innerError: innerError.nullish() }),
);
type InnerError = { code?: string | null; innerError?: InnerError | null };

export const runRecord = z.object({
  runId: z.string(),
  parentRunId: text,
  experimentId: text,
  status: z.string(),
  createdUtc: text,
  startTimeUtc: text,
  endTimeUtc: text,
  /** A .NET time span: `[d.]hh:mm:ss[.fffffff]`. */
  duration: text,
  displayName: text,
  tags: stringMap,
  properties: stringMap,
  runTypeV2: z.object({ orchestrator: text, traits: z.array(z.string()).nullish() }).nullish(),
  createdBy: z.object({ userName: text, upn: text }).nullish(),
  error: z
    .object({ error: z.object({ code: text, message: text, innerError: innerError.nullish() }).nullish() })
    .nullish(),
  inputs: z
    .record(z.string(), z.object({ assetId: text }).nullish().catch(null))
    .nullish()
    .catch(null),
});
export const runRecords = z.object({ value: z.array(runRecord), continuationToken: text });
/** Paths of the log files, each with a SAS URL: not for clients. */
export const runDetails = z.object({ logFiles: z.record(z.string(), z.string()).nullish() });
/** `failedResults` is only known to name the runs it could not give. */
export const runBatch = z.object({
  successfulResults: z.record(z.string(), z.object({ runMetadata: runRecord.nullish() })).nullish(),
});

/** MLflow writes int64 as number or string; a metric that is not finite as a string. */
const int64 = z.union([z.number(), z.string().transform(Number)]).nullish();
const metricValue = z.union([z.number(), z.string()]).nullish();
const mlflowMetric = z.object({ key: z.string(), value: metricValue, timestamp: int64, step: int64 });
const mlflowRun = z.object({
  info: z.object({ run_id: z.string(), experiment_id: text, status: text, start_time: int64 }),
  data: z
    .object({
      metrics: z.array(mlflowMetric).nullish(),
      tags: z.array(z.object({ key: z.string(), value: text })).nullish(),
    })
    .nullish(),
});
export const mlflowRunPage = z.object({ runs: z.array(mlflowRun).nullish(), next_page_token: text });
export const mlflowRunAnswer = z.object({ run: mlflowRun });
export const mlflowHistory = z.object({ metrics: z.array(mlflowMetric).nullish(), next_page_token: text });

const mlflowExperiment = z.object({
  experiment_id: z.string(),
  name: z.string(),
  lifecycle_stage: text,
  creation_time: int64,
});
export const mlflowExperimentPage = z.object({
  experiments: z.array(mlflowExperiment).nullish(),
  next_page_token: text,
});
export const mlflowExperimentAnswer = z.object({ experiment: mlflowExperiment });

export type RunRecord = z.infer<typeof runRecord>;
export type MLflowRun = z.infer<typeof mlflowRun>;
export type MLflowMetric = z.infer<typeof mlflowMetric>;
export type MLflowExperiment = z.infer<typeof mlflowExperiment>;
