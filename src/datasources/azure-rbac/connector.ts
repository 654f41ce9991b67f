import { createHash } from 'node:crypto';
import type { CallContext, TokenFor } from '../../domain/callers.ts';
import { type Clock, systemClock } from '../../domain/clock.ts';
import { codeOf, notFound } from '../../domain/errors.ts';
import { collectPage, mapPage } from '../../domain/paging.ts';
import type { RoleAssignmentFilter } from '../../domain/roles.ts';
import type { Upstream } from '../http.ts';
import { type Connection, openConnection, readPageOf } from './connection.ts';
import { createRoleShelf, createRoles } from './definitions.ts';
import type { RoleAssignments } from './index.ts';
import { toAssignment } from './to-domain.ts';
import { assignment, assignments } from './wire.ts';

export type RoleSettings = {
  subscriptionId: string;
  /** `https://management.azure.com`, or an emulator's. */
  armEndpoint: string;
};

/** One subscription for the life of the process; `connect` gives it as one caller sees it, for one operation. */
export type RoleConnector = {
  connect(operation: { token: TokenFor; call: CallContext; callerKey: string }): RoleAssignments;
};

/** `arm` is the same host as every other caller's of Resource Manager: it is not closed here. */
export function createRoleConnector(
  { subscriptionId, armEndpoint }: RoleSettings,
  { arm, clock = systemClock }: { arm: Upstream; clock?: Clock },
): RoleConnector {
  const subscription = `/subscriptions/${subscriptionId.toLowerCase()}`;
  const home = createHash('sha256').update(subscription).digest('base64url').slice(0, 12);
  const shelf = createRoleShelf(clock.now);
  return {
    connect({ token, call, callerKey }) {
      const connection = openConnection({ armEndpoint, arm, token, call });
      return {
        home,
        subscription,
        ...reading(connection, home),
        role: createRoles(connection, callerKey, shelf),
      };
    },
  };
}

const kind = 'roleAssignments' as const;

const reading = (connection: Connection, home: string): Pick<RoleAssignments, 'list' | 'get'> => ({
  async list({ scope, filter }, page) {
    const what = { scope, kind, query: { $filter: filterText(filter) }, schema: assignments };
    const found = collectPage(page, (token) => readPageOf(connection, what, token));
    return mapPage(await orNone(found, 'There is no such scope for this caller.', 'scope'), (wire) =>
      toAssignment(wire, home),
    );
  },
  async get(scope, name) {
    const wire = connection.read({ scope, kind, name, schema: assignment });
    return toAssignment(await orNone(wire, 'There is no such RoleAssignment for this caller.'), home);
  },
});

/** The four forms that Azure takes (contract section 2); the ids in them are GUIDs. */
function filterText({ principalId, assignedTo, atScope }: RoleAssignmentFilter): string | undefined {
  if (principalId !== null) return `principalId eq '${principalId}'`;
  const terms = [atScope ? 'atScope()' : null, assignedTo === null ? null : `assignedTo('${assignedTo}')`];
  return terms.filter((term) => term !== null).join(' and ') || undefined;
}

const orNone = <T>(answer: Promise<T>, message: string, field?: string): Promise<T> =>
  answer.catch((error: unknown) => {
    throw codeOf(error) === 'NOT_FOUND' ? notFound(message, field ? { field } : {}) : error;
  });
