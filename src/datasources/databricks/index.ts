import type {
  GenieConversation,
  GenieConversationPlace,
  GenieMessage,
  GenieMessagePlace,
  GenieQueryPlace,
  GenieSpace,
  Rating,
} from '../../domain/genie.ts';
import type { Page, PageRequest } from '../../domain/paging.ts';
import type { Table } from '../../domain/tables.ts';

/**
 * Genie of one Databricks workspace, as one actor (a person, or the application), for one operation. Knows nothing of
 * who owns a conversation: that is its caller's to check. All throw MlgraphError; what is missing and what this actor
 * may not see are both NOT_FOUND, for Genie tells them apart no more than that.
 */
export type Genie = {
  /** `home` of the ids: the workspace's host. */
  home: string;
  listSpaces(page: PageRequest): Promise<Page<GenieSpace>>;
  getSpace(spaceKey: string): Promise<GenieSpace>;
  /** This actor's own, of chat mode, newest first as far as the upstream orders them. */
  listConversations(spaceKey: string, page: PageRequest): Promise<Page<GenieConversation>>;
  /** Asks, in a new conversation without a `conversationKey`. Never repeated but where Genie answered 429. */
  ask(question: {
    spaceKey: string;
    conversationKey: string | null;
    text: string;
  }): Promise<{ message: GenieMessage; title: string | null }>;
  /** `fresh` reads past what the operation already knows. */
  getMessage(place: GenieMessagePlace, options?: { fresh?: boolean }): Promise<GenieMessage>;
  /** Oldest first within a page. */
  listMessages(place: GenieConversationPlace, page: PageRequest): Promise<Page<GenieMessage>>;
  /** At most `maxRows` rows (1 to 5000). @throws NOT_FOUND saying how to run it again where the result has expired. */
  result(place: GenieQueryPlace, maxRows: number): Promise<Table>;
  /** Runs the SQL of an answer again and waits until the rows are there, within the operation's deadline. */
  rerun(place: GenieQueryPlace): Promise<void>;
  rate(place: GenieMessagePlace, rating: Rating, comment: string | null): Promise<void>;
};
