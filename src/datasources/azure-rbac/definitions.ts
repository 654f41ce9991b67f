import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import { codeOf } from '../../domain/errors.ts';
import type { UpstreamPage } from '../../domain/paging.ts';
import type { Role } from '../../domain/roles.ts';
import { type Connection, readPageOf } from './connection.ts';
import { roleKeyOf, toRole } from './to-domain.ts';
import { definition, definitions, type WireDefinition } from './wire.ts';

const keptLists = 500;
const keptMs = 4 * 3_600_000;
const keptBuiltIns = 2_000;
const maxPages = 20;

type Known = Map<string, Role>;

/** What the process remembers of roles. */
export type RoleShelf = ReturnType<typeof createRoleShelf>;

/**
 * Lists of definitions for hours, each for the caller who may read it, at the place where they do. Azure's own roles
 * are the same for everybody, and are held once.
 */
export function createRoleShelf(now: () => number) {
  const perf = { now };
  const lists = new LRUCache<string, Promise<Known>>({ max: keptLists, ttl: keptMs, ttlResolution: 0, perf });
  const builtIns = new LRUCache<string, Role>({ max: keptBuiltIns });

  /** As it was last read, and the same object for as long as it stays the same. */
  function shared(key: string, role: Role): Role {
    const held = builtIns.get(key);
    if (held && JSON.stringify(held) === JSON.stringify(role)) return held;
    builtIns.set(key, role);
    return role;
  }
  return {
    take(wire: WireDefinition): [string, Role] {
      const [key, role] = [roleKeyOf(wire.name), toRole(wire)];
      return [key, wire.properties.type === 'BuiltInRole' ? shared(key, role) : role];
    },
    /** One reading serves all who ask meanwhile; one that failed is forgotten. */
    list(callerKey: string, scope: string, read: () => Promise<Known>): Promise<Known> {
      const key = JSON.stringify([callerKey, scope.toLowerCase()]);
      const held = lists.get(key);
      if (held) return held;
      const reading = read();
      lists.set(key, reading);
      reading.catch(() => {
        if (lists.peek(key) === reading) lists.delete(key);
      });
      return reading;
    },
  };
}

type Wish = { roleKey: string; scope: string };

/** The roles of one operation: one list for each scope, then, by GUID, whatever it did not hold. */
export function createRoles(connection: Connection, callerKey: string, shelf: RoleShelf) {
  const knownAt = (scope: string) => shelf.list(callerKey, scope, () => readList(connection, scope, shelf));

  const missing = async ({ roleKey, scope }: Wish, known: Known): Promise<Role | null> => {
    const wire = await readOne(connection, scope, roleKey);
    if (!wire) return null;
    const [, role] = shelf.take(wire);
    known.set(roleKey, role);
    return role;
  };
  const loader = new DataLoader<Wish, Role | null, string>(
    (wishes) =>
      Promise.all(
        wishes.map(async (wish) => {
          try {
            const known = await knownAt(wish.scope);
            return known.get(wish.roleKey) ?? (await missing(wish, known));
          } catch (error) {
            return error as Error;
          }
        }),
      ),
    { cacheKeyFn: ({ roleKey, scope }) => `${roleKey} ${scope}` },
  );
  return (roleKey: string, scope: string) => loader.load({ roleKey, scope });
}

async function readList(connection: Connection, scope: string, shelf: RoleShelf): Promise<Known> {
  const known: Known = new Map();
  const kind = 'roleDefinitions' as const;
  const what = { scope, kind, query: { $filter: 'atScopeAndBelow()' }, schema: definitions };
  let token: string | null = null;
  for (let page = 0; page < maxPages; page++) {
    const { items, next }: UpstreamPage<WireDefinition> = await readPageOf(connection, what, token);
    for (const wire of items) known.set(...shelf.take(wire));
    if (next === null) return known;
    token = next;
  }
  return known;
}

const readOne = (connection: Connection, scope: string, name: string): Promise<WireDefinition | null> =>
  connection.read({ scope, kind: 'roleDefinitions', name, schema: definition }).catch((error: unknown) => {
    if (codeOf(error) === 'NOT_FOUND') return null;
    throw error;
  });
