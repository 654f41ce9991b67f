import type { Page, PageRequest } from '../../domain/paging.ts';
import type { Service } from '../../domain/services.ts';

/** A developer account: whom keys belong to. */
export type ThreeScaleAccount = {
  /** 3scale's number of it. */
  key: string;
  /** `approved`, or why nothing can be made for it. */
  state: string;
};

/** A product of 3scale as a service of the catalogue. */
export type ThreeScaleService = Service & {
  /** 3scale's number of it; the global id has it too. */
  key: string;
  /** Where its public endpoint looks for what a caller is known by, and under which names. */
  credentials: {
    location: 'headers' | 'query' | 'authorization';
    userKey: string;
    appId: string;
    appKey: string;
  };
};

/** What the list of products says of one; its public address is the proxy's to tell. */
export type ThreeScaleProduct = Omit<ThreeScaleService, 'endpoint' | 'credentials'> & {
  /** Not for everybody's eyes. */
  isHidden: boolean;
};

/** What holds a key for one service. */
export type ServiceApplication = {
  /** 3scale's numbers. */
  key: string;
  accountKey: string;
  serviceKey: string;
  /** Name of its plan. */
  plan: string | null;
  /** `live`, `pending` (awaits approval), `suspended`, `deprecated`. */
  state: string;
  /** The application or client id, where its style has one. */
  appId: string | null;
  createdAt: Date | null;
  description: string;
  /** The secret as far as it came along, behind a call so that it stands in no log; null where it is asked for. */
  heldSecret(): string | null;
};

/** `secret`: null while the plan awaits approval. `isNew`: true for one of all who asked at once. */
export type InitialisedApplication = {
  application: ServiceApplication;
  secret: string | null;
  isNew: boolean;
};

/**
 * The products of one 3scale provider and the keys for them, for one operation, with the gateway's own access token:
 * whose account it is is its caller's to know. All throw MlgraphError.
 */
export type ThreeScale = {
  /**
   * By the name of one of its users, else by the e-mail of one; pass only what the issuer vouches for.
   * @throws NOT_FOUND with `field: 'account'`.
   */
  findAccount(person: { userName?: string | null; email?: string | null }): Promise<ThreeScaleAccount>;
  /** All of them, without a call for each; known for a minute, or for some seconds with `fresh`. */
  products(options?: { fresh?: boolean }): Promise<ThreeScaleProduct[]>;
  /** In the order in which they were made; known for a minute. */
  listServices(page: PageRequest): Promise<Page<ThreeScaleService>>;
  /** All of them, in the same order. */
  allServices(): Promise<ThreeScaleService[]>;
  /** By 3scale's number. @throws NOT_FOUND naming `field`. */
  getService(key: string, field?: string): Promise<ThreeScaleService>;
  /**
   * By its system name, else by a name that only one has.
   * @throws NOT_FOUND, or BAD_USER_INPUT listing the system names of several; both naming `field`.
   */
  findService(name: string, field?: string): Promise<ThreeScaleService>;
  /** All of an account's, as they are now. */
  applications(accountKey: string): Promise<ServiceApplication[]>;
  /**
   * The account's application for a service: the one there is, or a new one under the default plan. There is one in the
   * end whoever asks at once, in whatever process, and whatever answer is lost.
   * @throws FORBIDDEN for an account that is not approved and a key that is suspended, UPSTREAM_NOT_CONFIGURED where
   * the service has no plan, or none that may be had.
   */
  initApplication(wanted: {
    account: ThreeScaleAccount;
    service: ThreeScaleService;
    /** What its owner sees in 3scale. */
    name: string;
  }): Promise<InitialisedApplication>;
  /** Null where it is not live, or has none. */
  secretOf(application: ServiceApplication): Promise<string | null>;
};
