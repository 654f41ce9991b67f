/**
 * Which response of the upstream a reply is read from, and where in the reply's text that response's begins: behind the
 * text of those before it, when the reply went on after an approval or a consent.
 */
export type ResponsePlace = { responseId: string; begins: number };

/** As it is stored: `resp_1`, or `resp_2@120`. */
export const printResponsePlace = ({ responseId, begins }: ResponsePlace): string =>
  begins === 0 ? responseId : `${responseId}@${begins}`;

export function readResponsePlace(stored: string): ResponsePlace {
  const [, responseId, begins] = /^(.+)@(\d+)$/.exec(stored) ?? [];
  return responseId ? { responseId, begins: Number(begins) } : { responseId: stored, begins: 0 };
}
