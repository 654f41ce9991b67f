import { audited } from './audited.ts';
import { builder } from './builder.ts';
import { scoped } from './scopes.ts';
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
import './agents.ts';
import './sessions.ts';
import './messages.ts';
import './replies.ts';
import './chat-events.ts';
import './users.ts';
import './audit.ts';
import './api-keys.ts';

/** What is refused for want of a scope is in the trail too. */
export const schema = audited(scoped(builder.toSchema()));
