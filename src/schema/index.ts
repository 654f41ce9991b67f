import { builder } from './builder.ts';
import './providers.ts';
import './node.ts';
import './viewer.ts';
import './health.ts';
import './workspace.ts';
import './datasets.ts';
import './models.ts';
import './runs.ts';
import './run-parts.ts';
import './run-fields.ts';
import './run-events.ts';

export const schema = builder.toSchema();
