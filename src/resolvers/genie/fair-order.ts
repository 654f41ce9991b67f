/** The order of turns: who had the fewest of late is next; of equals, who waits longest (`waiting` is in that order). */
export function fairly<T extends { person: string }>(
  waiting: readonly T[],
  recent: ReadonlyMap<string, number>,
): T[] {
  const had = new Map(recent);
  const ranked = waiting.map((each, index) => {
    const rank = had.get(each.person) ?? 0;
    had.set(each.person, rank + 1);
    return { each, rank, index };
  });
  return ranked.sort((a, b) => a.rank - b.rank || a.index - b.index).map(({ each }) => each);
}
