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
