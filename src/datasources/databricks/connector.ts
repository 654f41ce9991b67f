import type { CallContext, TokenFor } from '../../domain/callers.ts';
import { systemClock } from '../../domain/clock.ts';
import type { ActAs, GenieMessage, GenieMessagePlace, GenieSpace } from '../../domain/genie.ts';
import { createUpstream, type Upstream, type UpstreamOptions, type UpstreamSettings } from '../http.ts';
import { ask } from './asking.ts';
import { type Connection, openConnection } from './connection.ts';
import { listConversations } from './conversations.ts';
import type { Genie } from './index.ts';
import { getMessage, listMessages, rate } from './messages.ts';
import { type DatabricksSettings, homeOf, upstreamName } from './places.ts';
import { getSpace, listSpaces } from './spaces.ts';
import { readTable, rerun } from './statements.ts';

/** One workspace for the life of the process; `connect` gives it as one actor sees it, for one operation. */
export type GenieConnector = {
  /** Of all its ids: the workspace's host. */
  home: string;
  connect(operation: GenieOperation): Genie;
  /** For health. */
  upstream: Upstream;
  close(): Promise<void>;
};

export type GenieOperation = {
  /** In whose name: it fits `actor`. */
  token: TokenFor;
  call: CallContext;
  /** Whose operation it is, whoever acts. What is remembered is of this operation alone, and so of this person. */
  callerKey: string;
  actor: ActAs;
};

/** Calls have 15 s; a query that runs again 60 s to bring its rows. */
export type GenieOptions = UpstreamOptions &
  Pick<UpstreamSettings, 'maxInFlight' | 'deadlineMs' | 'retries' | 'breaker'> & { rowsMs?: number };

/** Nothing is read here: whoever calls first finds out what is wrong with the settings. */
export function createGenieConnector(
  settings: DatabricksSettings,
  { dispatcher, clock = systemClock, random, rowsMs = 60_000, ...rest }: GenieOptions = {},
): GenieConnector {
  const home = homeOf(settings);
  const baseUrl = `${new URL(settings.host).origin}/api/2.0`;
  const upstream = createUpstream({ ...rest, name: upstreamName, baseUrl }, { dispatcher, clock, random });
  return {
    home,
    upstream,
    connect: ({ token, call, actor }) =>
      genieOf(openConnection({ upstream, token, call, actor, home, clock, rowsMs })),
    close: upstream.close,
  };
}

function genieOf(connection: Connection): Genie {
  const spaces = new Map<string, Promise<GenieSpace>>();
  const messages = new Map<string, Promise<GenieMessage>>();
  return {
    home: connection.home,
    listSpaces: (page) => listSpaces(connection, page),
    getSpace: (spaceKey) => remembered(spaces, spaceKey, () => getSpace(connection, spaceKey)),
    listConversations: (spaceKey, page) => listConversations(connection, spaceKey, page),
    ask: (question) => ask(connection, question),
    getMessage(place, { fresh = false } = {}) {
      if (fresh) messages.delete(nameOf(place));
      return remembered(messages, nameOf(place), () => getMessage(connection, place));
    },
    listMessages: (place, page) => listMessages(connection, place, page),
    result: (place, maxRows) => readTable(connection, place, maxRows),
    rerun: (place) => rerun(connection, place).finally(() => messages.delete(nameOf(place))),
    rate: (place, rating, comment) =>
      rate(connection, place, rating, comment).finally(() => messages.delete(nameOf(place))),
  };
}

const nameOf = ({ spaceKey, conversationKey, messageKey }: GenieMessagePlace): string =>
  `${spaceKey} ${conversationKey} ${messageKey}`;

/** One call for all who ask within the operation; a failure is not kept. */
function remembered<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const there = known.get(key);
  if (there) return there;
  const reading = read();
  known.set(key, reading);
  reading.catch(() => {
    if (known.get(key) === reading) known.delete(key);
  });
  return reading;
}
