/** Times are milliseconds since the epoch. */
type Dated = { createdAt: number; updatedAt: number };

/** A developer account: a customer of the provider. */
export type Account = Dated & { id: number; state: string; orgName: string };

export type User = Dated & {
  id: number;
  accountId: number;
  state: 'active' | 'pending' | 'suspended';
  role: 'admin' | 'member';
  username: string;
  email: string;
};

export type AppKey = { value: string; createdAt: number };
export type Application = Dated & {
  id: number;
  accountId: number;
  serviceId: number;
  planId: number;
  state: 'live' | 'pending' | 'suspended';
  name: string;
  description: string;
  /** Of a product with `backend_version` 1. */
  userKey: string | null;
  /** Of the other ones. */
  applicationId: string | null;
  keys: AppKey[];
};
