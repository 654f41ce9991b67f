import { type Collection, openStore } from '../../azure-ml/state/store.ts';
import type { Generation } from '../call.ts';

/** What configurations and artifacts have in common. */
export type Entity = {
  /** ULID. */
  id: string;
  /** Place in the order of creation, which is that of the database. */
  position: number;
  tags: string[];
  /** Milliseconds since the epoch. */
  createdAt: number;
  updatedAt: number;
};

export type Entities<T extends Entity> = {
  get(id: string): T | undefined;
  /** 1.x in the order of creation, 2.x by id. */
  list(): T[];
  /** With the times and the place that a new one, or one that is changed, has. */
  put(entity: Omit<T, 'position' | 'createdAt' | 'updatedAt'>): T;
  delete(id: string): void;
};

export type State = { open<T extends Entity>(kind: string): Entities<T>; close(): void };

/** Configurations and artifacts as they were left in `home`. */
export function openState(home: string, generation: Generation, now: () => number): State {
  const store = openStore(home);
  return {
    open: <T extends Entity>(kind: string) => entitiesIn(store.collection<T>(kind), generation, now),
    close: store.close,
  };
}

function entitiesIn<T extends Entity>(
  collection: Collection<T>,
  generation: Generation,
  now: () => number,
): Entities<T> {
  const order = generation === 1 ? byPosition : byId;
  let last = Math.max(0, ...[...collection.values()].map(({ position }) => position));
  const placed = (id: string) => {
    const before = collection.get(id);
    if (before) return { position: before.position, createdAt: before.createdAt, updatedAt: now() };
    last += 1;
    return { position: last, createdAt: now(), updatedAt: now() };
  };
  return {
    get: (id) => collection.get(id),
    list: () => [...collection.values()].sort(order),
    put: (entity) => collection.put(entity.id, { ...entity, ...placed(entity.id) } as T),
    delete: (id) => void collection.delete(id),
  };
}

const byPosition = (a: Entity, b: Entity): number => a.position - b.position;
const byId = (a: Entity, b: Entity): number => (a.id < b.id ? -1 : 1);
