import type { UserRole } from './callers.ts';

/** A person as mlgraph remembers them. */
export type StoredUser = {
  id: string;
  /** Caller.key. */
  key: string;
  subject: string | null;
  tenantId: string | null;
  email: string | null;
  name: string | null;
  role: UserRole;
  createdAt: Date;
  lastSeenAt: Date | null;
};

/** A person whom an administrator creates before they first sign in. */
export type NewUser = {
  email: string;
  name: string | null;
  role: UserRole;
  /** Of Entra, in lower case. Null: by e-mail alone, which makes a member. */
  identity: { tenantId: string; subject: string } | null;
};
