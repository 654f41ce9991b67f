/** What an answer can be. JSON stands first: it is what a client gets that says nothing. */
const mediaTypes = ['application/json', 'application/graphql-response+json', 'text/event-stream'] as const;
export type MediaType = (typeof mediaTypes)[number];

/**
 * The best answer for an Accept header, or null where none will do. Ranges with a wildcard never mean an event
 * stream. Of equals the first one listed wins.
 */
export function negotiate(accept: string | undefined): MediaType | null {
  if (accept === undefined || accept.trim() === '') return 'application/json';
  let best: { type: MediaType; quality: number } | null = null;
  for (const { range, quality } of rangesOf(accept)) {
    const type = mediaTypes.find((candidate) => matches(range, candidate));
    if (type && quality > (best?.quality ?? 0)) best = { type, quality };
  }
  return best?.type ?? null;
}

function rangesOf(accept: string): { range: string; quality: number }[] {
  return accept
    .toLowerCase()
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { range, quality: quality === undefined ? 1 : Number(quality) || 0 };
    });
}

const matches = (range: string, type: MediaType) =>
  range === type || (type !== 'text/event-stream' && (range === '*/*' || range === 'application/*'));
