import { type Caller, endOf, type Identity } from '../../domain/callers.ts';

/** One person's identity by the token of theirs that lasts longest: a run may outlive the one it began with. */
export class FreshIdentity implements Identity {
  #identity: Identity;

  constructor(identity: Identity) {
    this.#identity = identity;
  }

  get caller(): Caller {
    return this.#identity.caller;
  }

  assertion(): string {
    return this.#identity.assertion();
  }

  /** Takes up another token of the same person. */
  adopt(identity: Identity): void {
    const { caller } = identity;
    if (caller.key !== this.caller.key || endOf(caller) <= endOf(this.caller)) return;
    this.#identity = identity;
  }
}
