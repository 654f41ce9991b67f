import { LRUCache } from 'lru-cache';
import type { Genie } from '../../datasources/databricks/index.ts';
import type { Store } from '../../datasources/supabase/store.ts';
import type { Caller } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import { codeOf } from '../../domain/errors.ts';
import type { ActAs, GenieConversation, GenieConversationPlace } from '../../domain/genie.ts';
import { innerPage, readInnerCursor } from './inner-pages.ts';

/** What is known of a conversation that is the caller's. */
export type Owned = Pick<GenieConversation, 'as' | 'title' | 'createdAt'>;
/** By what it is found out whose a conversation is. */
export type OwnershipSource = {
  caller: Caller;
  home: string;
  genie(as: ActAs): Pick<Genie, 'listConversations'>;
  /** @throws UPSTREAM_NOT_CONFIGURED where there is none. */
  store(): Pick<Store, 'getConversation'>;
};

const max = 20_000;
const rememberedMs = 10 * 60_000;
/** Of the person's own conversations in a space so many are looked through, the newest. */
const pageSize = 100;
const maxPages = 10;

/**
 * Whose a conversation is: the person's who began it here, as the store remembers; else, where nothing is remembered,
 * the person's among whose own Genie lists it. Genie itself is not known to refuse somebody else's. A service has none
 * that Genie could list: the application's are those of all who asked as the application.
 */
export class Ownership {
  /** By person: an owner never changes. */
  readonly #known: LRUCache<string, Owned>;

  constructor(clock: Clock) {
    const perf = { now: () => clock.now() };
    this.#known = new LRUCache({ max, ttl: rememberedMs, ttlResolution: 0, perf });
  }

  /** Null for what is missing and for what is somebody else's. */
  async find(place: GenieConversationPlace, source: OwnershipSource): Promise<Owned | null> {
    const known = this.#known.get(keyOf(source.caller, place));
    if (known) return known;
    const owned = (await remembered(place, source)) ?? (await listed(place, source));
    if (!owned) return null;
    this.add(source.caller, place, owned);
    return owned;
  }

  /** For what was just begun, or listed. */
  add(caller: Caller, place: GenieConversationPlace, { as, title, createdAt }: Owned): void {
    this.#known.set(keyOf(caller, place), { as, title, createdAt });
  }
}

const keyOf = ({ key }: Caller, { spaceKey, conversationKey }: GenieConversationPlace) =>
  JSON.stringify([key, spaceKey, conversationKey]);

/** The store, or null where this gateway has none. */
export function storeOrNull<S>(store: () => S): S | null {
  try {
    return store();
  } catch (error) {
    if (codeOf(error) === 'UPSTREAM_NOT_CONFIGURED') return null;
    throw error;
  }
}

async function remembered(
  { spaceKey, conversationKey }: GenieConversationPlace,
  { home, store }: OwnershipSource,
): Promise<Owned | null> {
  const stored = await storeOrNull(store)?.getConversation(home, conversationKey);
  return stored?.spaceKey === spaceKey ? stored : null;
}

async function listed(
  { spaceKey, conversationKey }: GenieConversationPlace,
  { caller, genie: connect }: OwnershipSource,
): Promise<Owned | null> {
  if (caller.kind === 'SERVICE') return null;
  const genie = connect('USER');
  let request = innerPage(pageSize);
  for (let page = 1; page <= maxPages; page++) {
    const { edges, endCursor, hasNextPage } = await genie.listConversations(spaceKey, request);
    const found = edges.find(({ node }) => node.conversationKey === conversationKey);
    if (found) return found.node;
    const next = hasNextPage && endCursor ? readInnerCursor(endCursor) : null;
    if (!next) return null;
    request = innerPage(pageSize, next);
  }
  return null;
}
