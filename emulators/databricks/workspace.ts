import type { Members } from './directory/members.ts';
import type { OAuthTokens } from './directory/oauth-tokens.ts';
import type { QuestionLimit } from './question-limit.ts';
import type { Grants } from './spaces/grants.ts';
import type { ConversationBook } from './state/conversations.ts';
import type { DownloadBook } from './state/downloads.ts';
import type { MessageBook } from './state/messages.ts';
import type { Store } from './state/store.ts';
import type { Warehouse } from './warehouse/warehouse.ts';

/** Everything that the parts of one emulated workspace share. */
export type Workspace = {
  members: Members;
  grants: Grants;
  tokens: OAuthTokens;
  limit: QuestionLimit;
  store: Store;
  conversations: ConversationBook;
  messages: MessageBook;
  downloads: DownloadBook;
  warehouse: Warehouse;
  /** `state`: milliseconds that a message stays in one status. */
  pace: { state: number };
  /** Milliseconds since the epoch. */
  now(): number;
};
