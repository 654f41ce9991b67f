import type { Generation } from '../call.ts';
import { jobStatuses } from '../jobs/record.ts';

const ulid = [
  { maxLength: 26, minLength: 26, pattern: '[0-7][0123456789ABCDEFGHJKMNPQRSTVWXYZ]{25}', type: 'string' },
  { format: 'binary', maxLength: 16, minLength: 16, type: 'string' },
];
const time = { format: 'date-time', type: 'string' };
const orNull = (types: unknown[], more: Record<string, unknown>) => ({
  anyOf: [...types, { type: 'null' }],
  default: null,
  ...more,
});

/** JSON Schema of an artifact. */
export const artifactSchema = {
  description: 'Output schema for artifact entities.',
  properties: {
    id: { anyOf: ulid, title: 'Id' },
    created_at: { ...time, title: 'Created At' },
    updated_at: { ...time, title: 'Updated At' },
    tags: { items: { type: 'string' }, title: 'Tags', type: 'array' },
    data: { title: 'Data' },
    parent_id: orNull(ulid, { title: 'Parent Id' }),
    level: { title: 'Level', type: 'integer' },
  },
  required: ['id', 'created_at', 'updated_at', 'data', 'level'],
  title: 'ArtifactOut',
  type: 'object',
};

const described = (types: unknown[], title: string, description: string) =>
  orNull(types, { description, title });

const jobProperties = {
  id: { anyOf: ulid, description: 'Unique job identifier', title: 'Id' },
  status: { $ref: '#/$defs/JobStatus', default: 'pending', description: 'Current job status' },
  submitted_at: described([time], 'Submitted At', 'When the job was submitted'),
  started_at: described([time], 'Started At', 'When the job started running'),
  finished_at: described([time], 'Finished At', 'When the job finished'),
  error: described([{ type: 'string' }], 'Error', 'User-friendly error message if job failed'),
  error_traceback: described([{ type: 'string' }], 'Error Traceback', 'Full error traceback for debugging'),
};

const statusDescription = {
  1: 'Status of a scheduled job.',
  2: 'Status of a scheduled job; `canceling` means cancellation was requested but sync work is still finishing.',
};

/** JSON Schema of the list of jobs. */
export const jobsSchema = (generation: Generation) => ({
  $defs: {
    JobRecord: {
      description: "Complete record of a scheduled job's state and metadata.",
      properties: jobProperties,
      required: ['id'],
      title: 'JobRecord',
      type: 'object',
    },
    JobStatus: {
      description: statusDescription[generation],
      enum: jobStatuses[generation],
      title: 'JobStatus',
      type: 'string',
    },
  },
  items: { $ref: '#/$defs/JobRecord' },
  type: 'array',
});
