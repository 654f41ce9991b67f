import type { Context } from '../../src/context.ts';
import type { Genie } from '../../src/datasources/databricks/index.ts';
import type { Store, StoredConversation } from '../../src/datasources/supabase/store.ts';
import type { AuditNote } from '../../src/domain/audit.ts';
import type { Caller, Identity } from '../../src/domain/callers.ts';
import { MlgraphError, notFound } from '../../src/domain/errors.ts';
import type {
  ActAs,
  GenieConversation,
  GenieMessage,
  GenieMessagePlace,
  GenieQueryPlace,
  GenieStatus,
} from '../../src/domain/genie.ts';
import { encodeId } from '../../src/domain/ids.ts';
import { collectPage } from '../../src/domain/paging.ts';
import { createGenieQuestions, type GenieQuestionsDeps } from '../../src/resolvers/genie/index.ts';
import { FakeClock, FakePerson } from './watch-support.ts';

export const home = 'workspace.example';
export const keyOf = (number: number) => number.toString(16).padStart(32, '0');
const idOf = (concept: string, ...key: string[]) => encodeId({ concept, provider: 'DATABRICKS', home, key });
/** Everybody's; `secret` is the application's and Ada's alone. */
export const space = keyOf(1);
export const secret = keyOf(2);
export const spaceId = idOf('GenieSpace', space);
export const secretId = idOf('GenieSpace', secret);
export const conversationId = ({ spaceKey, conversationKey }: GenieMessagePlace) =>
  idOf('GenieConversation', spaceKey, conversationKey);

/** Somebody with app roles. */
class Person implements Identity {
  roles: readonly string[];
  role: 'MEMBER' | 'ADMIN';
  kind: Caller['kind'] = 'USER';
  readonly #person: FakePerson;

  constructor(clock: FakeClock, key: string, roles: string[], role: 'MEMBER' | 'ADMIN') {
    this.#person = new FakePerson(clock, key);
    this.roles = roles;
    this.role = role;
  }

  get caller() {
    return { ...this.#person.caller, kind: this.kind, roles: this.roles, role: this.role };
  }

  assertion(): string {
    return this.#person.assertion();
  }
}

type Held = GenieMessage & { owner: string };
type Call = { method: string; by: string; as: ActAs; at: number };

/** A workspace: whoever asks in the application's name is `app` to it. */
export class FakeWorkspace {
  readonly calls: Call[] = [];
  readonly messages: Held[] = [];
  /** What it throws the call throws, what it awaits the call waits for; before and after the call did what it does. */
  before: (call: Call) => unknown = () => undefined;
  after: (call: Call) => unknown = () => undefined;
  rerun: GenieQueryPlace[] = [];
  rated: unknown[] = [];
  #keys = 100;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  callsOf(method: string): Call[] {
    return this.calls.filter((call) => call.method === method);
  }

  nextKey(): string {
    return keyOf(this.#keys++);
  }

  connect = (identity: Identity, as: ActAs): Genie => {
    const by = as === 'APP' ? 'app' : identity.caller.key;
    const call = async <T>(method: string, work: () => T | Promise<T>): Promise<T> => {
      const what = { method, by, as, at: this.#clock.now() };
      this.calls.push(what);
      await this.before(what);
      const value = await work();
      await this.after(what);
      return value;
    };
    const see = (spaceKey: string) => {
      const isOpen = spaceKey === space || (spaceKey === secret && (by === 'app' || by === 'ada'));
      if (!isOpen) throw notFound('No such space, or no access to it.', { upstream: 'databricks' });
      return {
        kind: 'GENIE_SPACE' as const,
        id: idOf('GenieSpace', spaceKey),
        key: spaceKey,
        title: 'Sales',
        description: null,
      };
    };
    /** Like the real one it may be: it does not look whose a message is. */
    const find = (place: GenieMessagePlace) => {
      const found = this.messages.find(
        ({ conversationKey, messageKey }) =>
          messageKey === place.messageKey && conversationKey === place.conversationKey,
      );
      if (!found) throw notFound('No such message.');
      return { ...found, as };
    };
    return {
      home,
      listSpaces: (page) =>
        call('listSpaces', () => collectPage(page, async () => ({ items: [see(space)], next: null }))),
      getSpace: (spaceKey) => call('getSpace', () => see(spaceKey)),
      listConversations: (spaceKey, page) =>
        call('listConversations', () => {
          const own = this.messages.filter((each) => each.owner === by && each.spaceKey === spaceKey);
          const keys = [...new Set(own.map(({ conversationKey }) => conversationKey))].reverse();
          const items = keys.map((conversationKey) => conversation(spaceKey, conversationKey, as));
          return collectPage(page, async (token) => {
            const start = Number(token ?? 0);
            const next = start + page.first;
            return { items: items.slice(start, next), next: next < items.length ? String(next) : null };
          });
        }),
      ask: ({ spaceKey, conversationKey, text }) =>
        call('ask', () => {
          see(spaceKey);
          const place = {
            spaceKey,
            conversationKey: conversationKey ?? this.nextKey(),
            messageKey: this.nextKey(),
          };
          const added = {
            ...message(place, as),
            question: text,
            owner: by,
            createdAt: new Date(this.#clock.now()),
          };
          this.messages.push(added);
          return { message: added, title: conversationKey ? null : text };
        }),
      getMessage: (place) => call('getMessage', () => find(place)),
      listMessages: (place, page) =>
        call('listMessages', () => {
          const items = this.messages.filter((each) => each.conversationKey === place.conversationKey);
          return collectPage(page, async () => ({ items, next: null }));
        }),
      result: (place, maxRows) =>
        call('result', () => {
          find(place);
          return { columns: [], rows: [], rowCount: maxRows, truncated: false };
        }),
      rerun: (place) => call('rerun', () => void this.rerun.push(place)),
      rate: (place, rating, comment) =>
        call('rate', () => void this.rated.push({ rating, comment, messageKey: place.messageKey })),
    };
  };

  turn(messageKey: string, change: Partial<GenieMessage>): void {
    const index = this.messages.findIndex((each) => each.messageKey === messageKey);
    const found = this.messages[index];
    if (found) this.messages[index] = { ...found, ...change };
  }
}

export const message = (
  place: GenieMessagePlace,
  as: ActAs,
  status: GenieStatus = 'SUBMITTED',
): GenieMessage => ({
  kind: 'GENIE_MESSAGE',
  id: idOf('GenieMessage', place.spaceKey, place.conversationKey, place.messageKey),
  ...place,
  as,
  question: 'How many?',
  status,
  rawStatus: status,
  createdAt: new Date(0),
  updatedAt: null,
  text: null,
  followUpQuestion: null,
  query: null,
  suggestedQuestions: [],
  rating: null,
  error: null,
});

const conversation = (spaceKey: string, conversationKey: string, as: ActAs): GenieConversation => ({
  kind: 'GENIE_CONVERSATION',
  id: idOf('GenieConversation', spaceKey, conversationKey),
  spaceKey,
  conversationKey,
  title: 'listed',
  createdAt: null,
  as,
});

type Claim = { contentHash: string; place: GenieMessagePlace | null };

/** What is remembered, by person. */
export class FakeStore {
  readonly conversations: (StoredConversation & { owner: string })[] = [];
  readonly claims = new Map<string, Claim>();
  /** What is thrown by these methods. */
  readonly failing = new Map<string, Error>();
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  connect = ({ caller }: Identity): Store => {
    const own = () => this.conversations.filter(({ owner }) => owner === caller.key);
    const guard = (method: string) => {
      const error = this.failing.get(method);
      if (error) throw error;
    };
    const store: Partial<Store> = {
      getConversation: async (_home, conversationKey) =>
        own().find((each) => each.conversationKey === conversationKey) ?? null,
      listConversations: (_home, spaceKey, page) =>
        collectPage(page, async () => ({
          items: own()
            .filter((each) => each.spaceKey === spaceKey)
            .reverse(),
          next: null,
        })),
      rememberConversation: async (conversation) => {
        guard('rememberConversation');
        this.conversations.push({
          ...conversation,
          owner: caller.key,
          createdAt: new Date(this.#clock.now()),
        });
      },
      claimQuestion: async ({ clientMessageId, contentHash }) => {
        const key = `${caller.key} ${clientMessageId}`;
        const there = this.claims.get(key);
        if (there)
          return { taken: false, sameContent: there.contentHash === contentHash, place: there.place };
        this.claims.set(key, { contentHash, place: null });
        return { taken: true };
      },
      settleQuestion: async (clientMessageId, place) => {
        guard('settleQuestion');
        const key = `${caller.key} ${clientMessageId}`;
        const there = this.claims.get(key);
        if (!there || there.place) return;
        if (place) this.claims.set(key, { ...there, place });
        else this.claims.delete(key);
      },
    };
    return store as Store;
  };
}

/** People, a workspace, a store, and the questions that stand between them. */
export function stage(options: Partial<GenieQuestionsDeps> & { noStore?: boolean } = {}) {
  const { noStore = false, ...settings } = options;
  const clock = new FakeClock();
  const workspace = new FakeWorkspace(clock);
  const store = new FakeStore(clock);
  const audited: AuditNote[] = [];
  const connectStore = (identity: Identity): Store => {
    if (noStore) throw new MlgraphError('UPSTREAM_NOT_CONFIGURED', 'no database');
    return store.connect(identity);
  };
  const open = () =>
    createGenieQuestions({
      clock,
      connect: workspace.connect,
      connectStore,
      audit: (event) => audited.push(event),
      perMinute: 60,
      random: () => 0.5,
      ...settings,
    });
  const questions = open();
  const person = (key: string, roles: string[] = [], role: 'MEMBER' | 'ADMIN' = 'MEMBER') =>
    new Person(clock, key, roles, role);
  const people = {
    ada: person('ada'),
    ben: person('ben'),
    /** May act as the application. */
    mia: person('mia', ['mlgraph.act-as-app']),
    grace: person('grace', [], 'ADMIN'),
    /** A key of this API. */
    job: Object.assign(person('apikey:job'), { kind: 'SERVICE' as const }),
  };
  /** A fresh operation of this person. */
  const by = (
    who: keyof typeof people,
    o: { signal?: AbortSignal; questions?: typeof questions } = {},
  ): Context => {
    const identity = people[who];
    return {
      identity,
      signedIn: identity,
      caller: identity.caller,
      genieHome: home,
      genieQuestions: o.questions ?? questions,
      genie: (as: ActAs) => workspace.connect(identity, as),
      get store() {
        return connectStore(identity);
      },
      call: { signal: o.signal ?? new AbortController().signal, requestId: 'request', traceparent: '' },
      clock,
      lastEventId: null,
      audit: { record: (event: AuditNote) => void audited.push(event), close: async () => undefined },
    } as unknown as Context;
  };
  return { clock, workspace, store, audited, questions, open, people, by };
}
