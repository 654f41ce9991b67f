import { notFound, usage } from '../failure.ts';

/** What a person may call a thing: its id, or one of its names. */
export type Named = { id: string; names: readonly (string | null | undefined)[] };

/** Ids are opaque; that a text cannot be one of them spares asking for it, and that it may spares a look through a list. */
export const mayBeId = (text: string): boolean =>
  text.length > 16 && Buffer.from(text, 'base64url').toString('latin1').startsWith('["');

/**
 * The one thing that is meant by an id or a name, in any letter case unless that leaves several.
 * @throws Failure where there is none, or several; the message lists what there is.
 */
export function findOne<T>(what: string, said: string, items: readonly T[], named: (item: T) => Named): T {
  const byId = items.find((item) => named(item).id === said);
  if (byId !== undefined) return byId;
  const exact = items.filter((item) => named(item).names.includes(said));
  const similar = items.filter((item) =>
    named(item).names.some((name) => name?.toLowerCase() === said.toLowerCase()),
  );
  const matching = exact.length > 0 ? exact : similar;
  if (matching.length === 1) return matching[0] as T;
  if (matching.length > 1)
    throw usage(
      `Several are called "${said}":\n${matching.map((item) => `  ${labelOf(named(item))}  ${named(item).id}`).join('\n')}`,
      'Say which, by its id.',
    );
  throw notFound(`There is no ${what} "${said}".`, hintOf(items.map(named)));
}

const labelOf = ({ names }: Named) => names.find(Boolean) ?? '';

function hintOf(all: readonly Named[]): string {
  if (all.length === 0) return 'There are none that you may use.';
  const shown = all.slice(0, 20).map(labelOf);
  return `There are: ${shown.join(', ')}${all.length > shown.length ? ', …' : ''}`;
}
