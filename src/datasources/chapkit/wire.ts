import { z } from 'zod';

/** Shapes of a service's answers as far as they are read, of all generations; new members are let through. */

const text = z.string().nullish();
const tags = z.array(z.string()).nullish();

/** Contract section 5. */
export const config = z.object({
  id: z.string(),
  name: z.string(),
  data: z.unknown(),
  tags,
  created_at: text,
  updated_at: text,
});

const metadata = z.object({
  status: text.catch(null),
  config_id: text.catch(null),
  stdout: text.catch(null),
  stderr: text.catch(null),
});
/** Without its content. `ml_type`, and a config beside it: as it was before the envelope (section 1). */
const envelope = z.object({
  type: text.catch(null),
  ml_type: text.catch(null),
  config_id: text.catch(null),
  metadata: metadata.nullish().catch(null),
  content_type: text.catch(null),
  content_size: z.number().nullish().catch(null),
});
/** Contract section 7. */
export const artifact = z.object({
  id: z.string(),
  parent_id: text,
  level: z.number().nullish(),
  data: envelope.nullish().catch(null),
  tags,
  created_at: text,
  updated_at: text,
});
export const artifactContent = z.object({ data: z.unknown() });
export const output = metadata.pick({ stdout: true, stderr: true });

/** Contract section 6; older ones say `created_at`. */
export const job = z.object({
  id: z.string(),
  status: z.string(),
  submitted_at: text,
  created_at: text,
  started_at: text,
  finished_at: text,
  error: z.unknown(),
  artifact_id: text,
});

/** Contract section 8, with the names of all generations. */
export const submitted = z
  .object({
    job_id: z.string(),
    artifact_id: text,
    model_artifact_id: text,
    prediction_artifact_id: text,
  })
  .transform((answer, context) => {
    const artifactKey = answer.artifact_id ?? answer.model_artifact_id ?? answer.prediction_artifact_id;
    if (artifactKey) return { jobKey: answer.job_id, artifactKey };
    context.addIssue({ code: 'custom', message: 'no artifact' });
    return z.NEVER;
  });

export const validation = z.object({
  valid: z.boolean(),
  diagnostics: z
    .array(z.object({ severity: text, code: text, message: text, field: text }))
    .nullish()
    .catch(null),
});

/** Contract section 4. */
export const info = z.object({ display_name: text.catch(null), description: text.catch(null) });
export const health = z.object({
  status: z.string(),
  checks: z.record(z.string(), z.unknown()).nullish().catch(null),
});

/** Contract section 9; rows are checked where they are read. */
export const frame = z.object({
  columns: z.array(z.string()),
  data: z.array(z.array(z.unknown())),
  schema: z
    .object({ fields: z.array(z.object({ name: z.string(), type: text })) })
    .nullish()
    .catch(null),
});

export const nothing = z.unknown().transform(() => undefined);

export type WireConfig = z.infer<typeof config>;
export type WireArtifact = z.infer<typeof artifact>;
export type WireJob = z.infer<typeof job>;
export type WireFrame = z.infer<typeof frame>;
