import { z } from 'zod';

/** Shapes of ARM (Microsoft.MachineLearningServices, 2026-09-01) as far as they are read; new fields are let through. */

export const text = z.string().nullish();
/** Values may be null: a tag without a value. */
export const stringMap = z.record(z.string(), z.string().nullable()).nullish();
const systemData = z.object({ createdBy: text, createdAt: text }).nullish();

export const armList = <T extends z.ZodType>(item: T) => z.object({ value: z.array(item), nextLink: text });

const assetFields = {
  description: text,
  tags: stringMap,
  isArchived: z.boolean().nullish(),
};
const containerFields = { ...assetFields, latestVersion: text, nextVersion: text };

export const dataContainer = z.object({
  name: z.string(),
  properties: z.looseObject({ ...containerFields, dataType: z.string() }),
  systemData,
});
/** `name` is the version. Loose: an archiving PUT sends back whatever else the service holds. */
export const dataVersion = z.object({
  name: z.string(),
  properties: z.looseObject({ ...assetFields, dataType: z.string(), dataUri: z.string() }),
  systemData,
});

export const modelContainer = z.object({
  name: z.string(),
  properties: z.object(containerFields),
  systemData,
});
export const modelVersion = z.object({
  name: z.string(),
  properties: z.object({ ...assetFields, modelType: text, modelUri: text, jobName: text }),
  systemData,
});

export const job = z.object({
  name: z.string(),
  properties: z.object({
    jobType: z.string(),
    status: text,
    displayName: text,
    experimentName: text,
    tags: stringMap,
    properties: stringMap,
    taskDetails: z
      .object({
        taskType: text,
        targetColumnName: text,
        primaryMetric: text,
        limitSettings: z.object({ maxTrials: z.number().nullish() }).nullish(),
      })
      .nullish(),
  }),
  systemData,
});

export const compute = z.object({
  name: z.string(),
  properties: z.object({
    computeType: z.string(),
    provisioningState: text,
    properties: z
      .object({
        vmSize: text,
        scaleSettings: z
          .object({ minNodeCount: z.number().nullish(), maxNodeCount: z.number().nullish() })
          .nullish(),
      })
      .nullish(),
  }),
});

export const datastore = z.object({
  name: z.string(),
  properties: z.object({
    datastoreType: z.string(),
    accountName: text,
    containerName: text,
    endpoint: text,
    credentials: z.object({ credentialsType: z.string() }).nullish(),
  }),
});
/** Exactly one of the two for the kinds of credential that open a blob container. */
export const datastoreSecrets = z.object({ secretsType: z.string(), key: text, sasToken: text });

export const workspace = z.object({ location: z.string() });

export type DataContainer = z.infer<typeof dataContainer>;
export type DataVersion = z.infer<typeof dataVersion>;
export type ModelContainer = z.infer<typeof modelContainer>;
export type ModelVersion = z.infer<typeof modelVersion>;
export type Job = z.infer<typeof job>;
export type ComputeResource = z.infer<typeof compute>;
export type Datastore = z.infer<typeof datastore>;
export type SystemData = z.infer<typeof systemData>;
