import { type Collection, openStore } from '../../azure-ml/state/store.ts';
import { people } from '../../entra/people.ts';
import { plans } from '../catalogue.ts';
import type { Account, Application, User } from './rows.ts';

export type Permission = 'rw' | 'ro';

/** What creating an application is to meet: see control.ts. */
export type Pace = {
  /** Milliseconds between the check of a new application and its row. */
  createMs: number;
  /** So many answers to creations are lost: the row is there. `status`: what is answered instead; null: nothing. */
  lost: { times: number; status: number | null };
};

/** One provider with its customers; what it has answered for outlives the process. */
export type Tenant = {
  accounts: Book<Account>;
  users: Book<User>;
  applications: Book<Application>;
  /** The default plan of a product; null: none. */
  defaultPlan(serviceId: number): number | null;
  setDefaultPlan(serviceId: number, planId: number | null): void;
  /** Access tokens. */
  tokens: Map<string, Permission>;
  pace: Pace;
  /** Where the gateway of a product is. */
  endpointOf(systemName: string): string;
  /** Milliseconds since the epoch. */
  now(): number;
  close(): void;
};

/** Rows by a number that is never given twice. */
export type Book<T> = {
  get(id: number): T | undefined;
  /** By id. */
  list(): T[];
  add(row: Omit<T, 'id' | 'createdAt' | 'updatedAt'>): T;
  change(row: T, by: Partial<T>): T;
  delete(id: number): void;
};

type Parts = Pick<Tenant, 'tokens' | 'endpointOf' | 'now'> & { home: string };

export function openTenant({ home, ...parts }: Parts): Tenant {
  const store = openStore(home);
  const last = store.collection<number>('last');
  const book = <T extends Row>(kind: string, first: number) =>
    openBook(store.collection<T>(kind), { kind, first, last, now: parts.now });
  const defaults = store.collection<number | null>('default-plans');
  const tenant: Tenant = {
    ...parts,
    accounts: book<Account>('accounts', 41),
    users: book<User>('users', 71),
    applications: book<Application>('applications', 901),
    defaultPlan: (serviceId) =>
      defaults.has(String(serviceId))
        ? (defaults.get(String(serviceId)) ?? null)
        : (plans.find((plan) => plan.serviceId === serviceId && plan.byDefault)?.id ?? null),
    setDefaultPlan: (serviceId, planId) => void defaults.put(String(serviceId), planId),
    pace: { createMs: 0, lost: { times: 0, status: null } },
    close: store.close,
  };
  if (!last.has('accounts')) for (const customer of firstCustomers) signUp(tenant, customer);
  return tenant;
}

/** An account with its administrator. */
export function signUp(
  { accounts, users }: Tenant,
  { orgName, username, email }: { orgName: string; username: string; email: string },
): Account {
  const account = accounts.add({ state: 'approved', orgName });
  users.add({ accountId: account.id, state: 'active', role: 'admin', username, email });
  return account;
}

/** Entra's people are known by their `oid`, Keycloak's by their user name; an outsider is no customer. */
const firstCustomers = [
  { orgName: 'Kim Lab', username: 'kim', email: 'kim@contoso.example' },
  ...people
    .filter(({ role }) => role !== 'outsider')
    .map(({ name, oid, email }) => ({ orgName: `${name} Lab`, username: oid, email })),
];

type Row = { id: number; createdAt: number; updatedAt: number };
type Numbering = { kind: string; first: number; last: Collection<number>; now(): number };

function openBook<T extends Row>(rows: Collection<T>, { kind, first, last, now }: Numbering): Book<T> {
  return {
    get: (id) => rows.get(String(id)),
    list: () => [...rows.values()].sort((a, b) => a.id - b.id),
    add: (row) => {
      const id = last.put(kind, (last.get(kind) ?? first - 1) + 1);
      return rows.put(String(id), { ...row, id, createdAt: now(), updatedAt: now() } as T);
    },
    change: (row, by) => rows.put(String(row.id), { ...row, ...by, updatedAt: now() }),
    delete: (id) => void rows.delete(String(id)),
  };
}
