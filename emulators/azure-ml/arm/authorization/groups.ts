import type { Platform } from '../../state/platform.ts';

/** Groups of the directory. The ids are fixed. */
export const groupIds = {
  dataScientists: 'f0a1b2c3-1111-4a5b-8c9d-000000000501',
  /** Holds the data scientists, as a group within a group. */
  researchers: 'f0a1b2c3-2222-4a5b-8c9d-000000000502',
  /** Nobody of the local people is in it. */
  auditors: 'f0a1b2c3-3333-4a5b-8c9d-000000000503',
} as const;

const groupsWithin: Record<string, readonly string[]> = { [groupIds.researchers]: [groupIds.dataScientists] };

/** The groups that a principal is in, through other groups too. */
export function groupsOf({ authority }: Platform, principalId: string): Set<string> {
  const person = authority.people.find(({ oid }) => oid === principalId);
  const found = new Set<string>(person?.role === 'data-scientist' ? [groupIds.dataScientists] : []);
  // A set gives what is added to it while it is walked through, too.
  for (const inner of found)
    for (const [outer, members] of Object.entries(groupsWithin))
      if (members.includes(inner)) found.add(outer);
  return found;
}

export const isGroup = (principalId: string): boolean =>
  Object.values<string>(groupIds).includes(principalId);
