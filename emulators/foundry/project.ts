import type { TokenAuthority } from '../azure-ml/access.ts';
import type { Live } from './responses/live.ts';
import type { ConsentBook } from './state/consents.ts';
import type { ConversationBook } from './state/conversations.ts';
import type { ResponseBook } from './state/responses.ts';
import type { Store } from './state/store.ts';
import type { StreamFaultBook } from './stream-faults.ts';

/** How fast the agents talk, in milliseconds. */
export type Pace = {
  /** Between two deltas. */
  delta: number;
  /** Before the first one. */
  first: number;
};

/** Everything that the parts of one emulated project share. */
export type Project = {
  name: string;
  authority: TokenAuthority;
  store: Store;
  conversations: ConversationBook;
  responses: ResponseBook;
  consents: ConsentBook;
  streamFaults: StreamFaultBook;
  pace: Pace;
  /** Responses under way, by id. */
  live: Map<string, Live>;
  /** Milliseconds since the epoch. */
  now(): number;
};
