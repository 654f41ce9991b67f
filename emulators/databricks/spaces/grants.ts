import type { Member } from '../directory/members.ts';
import { type Level, levels, type Space, spaces } from './catalogue.ts';

/** Who may do what with a space. */
export type Grants = {
  /** Null: the space is not there for them. */
  levelOf(space: Space, member: Member): Level | null;
  may(space: Space, member: Member, wanted: Level): boolean;
  /** Shares a space with a member, or takes it from them (null), until the emulator ends. Throws TypeError. */
  change(spaceId: unknown, member: Member, level: unknown): void;
};

export function createGrants(): Grants {
  const changed = new Map<string, Level | null>();
  const key = (space: Space, member: Member) => `${space.id} ${member.name}`;
  const levelOf = (space: Space, member: Member): Level | null => {
    const now = changed.get(key(space, member));
    return now !== undefined ? now : (space.shared[member.name] ?? space.everybody);
  };
  return {
    levelOf,
    may: (space, member, wanted) => {
      const level = levelOf(space, member);
      return level !== null && levels.indexOf(level) >= levels.indexOf(wanted);
    },
    change: (spaceId, member, level) => {
      const space = spaces.find(({ id }) => id === spaceId);
      const known = level === null ? null : levels.find((one) => one === level);
      if (!space || known === undefined)
        throw new TypeError(`space is the id of one, level ${levels.join(', ')} or null.`);
      changed.set(key(space, member), known);
    },
  };
}
