import type { ApiKeyVerifier } from './auth/api-keys.ts';
import {
  type Connectors,
  connectAzureML,
  connectChapkit,
  connectFoundry,
  connectGenie,
  connectRoles,
  connectStore,
  connectThreeScale,
  theFoundry,
  theGenie,
} from './connect.ts';
import type { AzureML } from './datasources/azure-ml/index.ts';
import type { RoleAssignments } from './datasources/azure-rbac/index.ts';
import type { ServiceSettings } from './datasources/chapkit/connector.ts';
import type { Chapkit } from './datasources/chapkit/index.ts';
import type { Genie } from './datasources/databricks/index.ts';
import type { Foundry } from './datasources/foundry/index.ts';
import type { Store } from './datasources/supabase/store.ts';
import type { ThreeScale } from './datasources/threescale/index.ts';
import { createOwnKeys, type OwnKeys } from './datasources/threescale/own-keys.ts';
import type { CallContext, Caller, Identity } from './domain/callers.ts';
import type { Clock } from './domain/clock.ts';
import { unauthenticated } from './domain/errors.ts';
import type { ActAs } from './domain/genie.ts';
import type { Health, System } from './domain/health.ts';
import type { AuditTrail } from './resolvers/audit-trail.ts';
import type { Replies } from './resolvers/chat/index.ts';
import type { GenieQuestions } from './resolvers/genie/index.ts';
import type { People } from './resolvers/people.ts';
import type { RunWatches } from './resolvers/watch/index.ts';

/**
 * What one operation may use (each event of a subscription gets a fresh one, so that nothing read for an
 * earlier event is taken for the present). The datasources are bound to the caller's tokens.
 */
export type Context = {
  /** Null: nobody, who may see public fields only. */
  readonly identity: Identity | null;
  readonly call: CallContext;
  /** Of an SSE client that reconnects: wins over `after`. */
  readonly lastEventId: string | null;
  /** @throws UNAUTHENTICATED for nobody. */
  readonly signedIn: Identity;
  /** @throws UNAUTHENTICATED for nobody. */
  readonly caller: Caller;
  /** @throws UNAUTHENTICATED for nobody, UPSTREAM_NOT_CONFIGURED where it is off. */
  readonly azureML: AzureML;
  /** Of the workspace's subscription. @throws UNAUTHENTICATED for nobody, UPSTREAM_NOT_CONFIGURED where it is off. */
  readonly roles: RoleAssignments;
  /** @throws UNAUTHENTICATED for nobody, UPSTREAM_NOT_CONFIGURED where it is off. */
  readonly foundry: Foundry;
  /** @throws UNAUTHENTICATED for nobody, UPSTREAM_NOT_CONFIGURED where it is off. */
  readonly store: Store;
  /** Both for what must come to its end once it is begun, although the operation is over. */
  readonly lasting: Pick<Context, 'foundry' | 'store'>;
  /** `home` of the agents' ids. @throws UPSTREAM_NOT_CONFIGURED where Foundry is off. */
  readonly agentHome: string;
  /** Genie, asked in the caller's name or in the application's. @throws UNAUTHENTICATED, UPSTREAM_NOT_CONFIGURED. */
  readonly genie: (as: ActAs) => Genie;
  /** `home` of Genie's ids. @throws UPSTREAM_NOT_CONFIGURED where Databricks is off. */
  readonly genieHome: string;
  /**
   * One Chapkit service, by the person's own key where it is published in 3scale.
   * @throws UNAUTHENTICATED for nobody, NOT_FOUND for a service that is not configured.
   */
  readonly chapkit: (systemName: string) => Chapkit;
  /** The products of 3scale and the keys for them. @throws UPSTREAM_NOT_CONFIGURED where it is off. */
  readonly threescale: ThreeScale;
  readonly threescaleConfigured: boolean;
  /** What the caller has in 3scale. @throws UNAUTHENTICATED for nobody. */
  readonly ownKeys: OwnKeys;
  /** The Chapkit services of the settings. */
  readonly services: readonly ServiceSettings[];
  readonly genieQuestions: GenieQuestions;
  readonly runWatches: RunWatches;
  readonly replies: Replies;
  readonly people: People;
  readonly audit: AuditTrail;
  /** What this process remembers of keys that were presented. */
  readonly apiKeys: Pick<ApiKeyVerifier, 'forget'>;
  readonly clock: Clock;
  readonly health: () => Promise<Health>;
  readonly system: System;
};

/** What every context is made from. */
export type Parts = Pick<
  Context,
  'runWatches' | 'genieQuestions' | 'replies' | 'people' | 'audit' | 'apiKeys' | 'clock' | 'health' | 'system'
> & {
  connectors: Connectors;
};
export type Operation = Pick<Context, 'identity' | 'call' | 'lastEventId'>;

/** A fresh context: datasources come into being when a field first asks for them. */
export const createContext = (parts: Parts, operation: Operation): Context =>
  new FreshContext(parts, operation);

/** A class, because a subscription makes one for each of its events: nothing is made before it is asked for. */
class FreshContext implements Context {
  readonly identity: Identity | null;
  readonly call: CallContext;
  readonly lastEventId: string | null;
  readonly runWatches: RunWatches;
  readonly genieQuestions: GenieQuestions;
  readonly replies: Replies;
  readonly people: People;
  readonly audit: AuditTrail;
  readonly apiKeys: Context['apiKeys'];
  readonly clock: Clock;
  readonly health: () => Promise<Health>;
  readonly system: System;
  readonly #connectors: Connectors;
  #azureML: AzureML | null = null;
  #roles: RoleAssignments | null = null;
  #genies: Partial<Record<ActAs, Genie>> | null = null;
  #chapkits: Map<string, Chapkit> | null = null;
  #threescale: ThreeScale | null = null;
  #ownKeys: OwnKeys | null = null;
  #own: Chats | null = null;
  #lasting: Chats | null = null;

  constructor(parts: Parts, operation: Operation) {
    this.identity = operation.identity;
    this.call = operation.call;
    this.lastEventId = operation.lastEventId;
    this.runWatches = parts.runWatches;
    this.genieQuestions = parts.genieQuestions;
    this.replies = parts.replies;
    this.people = parts.people;
    this.audit = parts.audit;
    this.apiKeys = parts.apiKeys;
    this.clock = parts.clock;
    this.health = parts.health;
    this.system = parts.system;
    this.#connectors = parts.connectors;
  }

  get signedIn(): Identity {
    if (!this.identity) throw nobody();
    return this.identity;
  }

  get caller(): Caller {
    return this.signedIn.caller;
  }

  get azureML(): AzureML {
    this.#azureML ??= connectAzureML(this.#connectors, this.signedIn, this.call);
    return this.#azureML;
  }

  get roles(): RoleAssignments {
    this.#roles ??= connectRoles(this.#connectors, this.signedIn, this.call);
    return this.#roles;
  }

  get foundry(): Foundry {
    return this.#chats.foundry;
  }

  get store(): Store {
    return this.#chats.store;
  }

  get lasting(): Chats {
    this.#lasting ??= this.#chatsBy({ ...this.call, signal: new AbortController().signal });
    return this.#lasting;
  }

  get agentHome(): string {
    return theFoundry(this.#connectors).home;
  }

  get threescale(): ThreeScale {
    this.#threescale ??= connectThreeScale(this.#connectors, this.call);
    return this.#threescale;
  }

  get threescaleConfigured(): boolean {
    return this.#connectors.threescale !== null;
  }

  get ownKeys(): OwnKeys {
    this.#ownKeys ??= createOwnKeys(() => this.threescale, this.caller);
    return this.#ownKeys;
  }

  get genieHome(): string {
    return theGenie(this.#connectors).home;
  }

  get services(): readonly ServiceSettings[] {
    return this.#connectors.chapkit.services;
  }

  /** Functions of their own: what is taken out of a context must still know it. */
  get genie(): (as: ActAs) => Genie {
    return (as) => {
      this.#genies ??= {};
      this.#genies[as] ??= connectGenie(this.#connectors, this.signedIn, as, this.call);
      return this.#genies[as];
    };
  }

  get chapkit(): (systemName: string) => Chapkit {
    return (systemName) => {
      this.#chapkits ??= new Map();
      const known = this.signedIn && this.#chapkits.get(systemName);
      const connected = known ?? connectChapkit(this.#connectors, systemName, this);
      this.#chapkits.set(systemName, connected);
      return connected;
    };
  }

  get #chats(): Chats {
    this.#own ??= this.#chatsBy(this.call);
    return this.#own;
  }

  #chatsBy(call: CallContext): Chats {
    return chatsOf(this.#connectors, () => this.signedIn, call);
  }
}

type Chats = Pick<Context, 'foundry' | 'store'>;

function chatsOf(connectors: Connectors, signedIn: () => Identity, call: CallContext): Chats {
  const foundry = once(() => connectFoundry(connectors, signedIn(), call));
  const store = once(() => connectStore(connectors, signedIn(), call));
  return {
    get foundry() {
      return foundry();
    },
    get store() {
      return store();
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const nobody = () =>
  unauthenticated(
    'This needs a credential: send an Authorization header with a bearer token, or an API key as X-API-Key.',
  );
