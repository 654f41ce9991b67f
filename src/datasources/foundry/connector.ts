import type { CallContext, TokenFor } from '../../domain/callers.ts';
import { systemClock } from '../../domain/clock.ts';
import { createUpstream, type Upstream, type UpstreamOptions, type UpstreamSettings } from '../http.ts';
import { listAgents } from './agents.ts';
import { openConnection, type StreamLimits } from './connection.ts';
import { createConversation, deleteConversation } from './conversations.ts';
import type { Foundry } from './index.ts';
import { type Asker, metadataOf } from './metadata.ts';
import { type FoundrySettings, homeOf, upstreamName } from './places.ts';
import { cancelResponse, readResponse, respond, resume } from './responses.ts';

/** One project for the life of the process; `connect` gives it as one caller sees it, for one operation. */
export type FoundryConnector = {
  /** Of the agents' ids. */
  home: string;
  connect(operation: { token: TokenFor; call: CallContext; caller: Asker }): Foundry;
  /** For health. */
  upstream: Upstream;
  close(): Promise<void>;
};

/** Calls have 15 s; the streams limits of their own: 60 s to the first byte, 120 s between two, 10 min in all. */
export type FoundryOptions = UpstreamOptions &
  StreamLimits &
  Pick<UpstreamSettings, 'maxInFlight' | 'maxStreams' | 'deadlineMs' | 'retries' | 'breaker'>;

/** Nothing is read here: whoever calls first finds out what is wrong with the settings. */
export function createFoundryConnector(
  settings: FoundrySettings,
  { dispatcher, clock = systemClock, random, firstByteMs, idleMs, totalMs, ...rest }: FoundryOptions = {},
): FoundryConnector {
  const home = homeOf(settings);
  const upstream = createUpstream(
    { ...rest, name: upstreamName, baseUrl: settings.projectEndpoint },
    { dispatcher, clock, random },
  );
  const limits = { firstByteMs, idleMs, totalMs };

  return {
    home,
    upstream,
    connect({ token, call, caller }) {
      const connection = openConnection({ upstream, token, call, limits });
      const signed = (metadata: Record<string, string>) => metadataOf(caller, clock, metadata);
      return {
        listAgents: () => listAgents(connection, home, clock),
        createConversation: (metadata) => createConversation(connection, signed(metadata)),
        deleteConversation: (id) => deleteConversation(connection, id),
        respond: ({ signal, metadata, ...question }) =>
          respond(connection, { ...question, metadata: signed(metadata) }, signal),
        resume: (position) => resume(connection, position),
        read: (responseId) => readResponse(connection, responseId),
        cancel: (responseId) => cancelResponse(connection, responseId),
      };
    },
    close: upstream.close,
  };
}
