/** Words that say nothing about the subject. */
const common = new Set(
  `about after again also although always another answer because been before being between both could does doing
  down each earlier even ever every first from further have having here himself into itself just kind know later like
  made make many mean more most much must never once only other ours over please really said same shall should since
  some somebody something still such tell than that their them then there these they thing think this those through
  under until very want well went were what when where which while whom whose will with would your yours
  have asked question questions`.split(/\s+/),
);

/** The words of a text that may be its subjects, in the order in which they first come. */
export function subjects(text: string): string[] {
  const words = text.toLowerCase().match(/\p{L}[\p{L}\p{N}'-]{3,}/gu) ?? [];
  return [...new Set(words)].filter((word) => !common.has(word));
}

/** At most so many words of a text, on one line. */
export function shortened(text: string, words: number): string {
  const all = text.trim().split(/\s+/);
  return all.length <= words ? all.join(' ') : `${all.slice(0, words).join(' ')} …`;
}

/** Numbers in [0, 1) that are the same for the same seed: FNV-1a into Mulberry32. */
export function randomFrom(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(seed)) state = Math.imul(state ^ byte, 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
