/**
 * What of an answer was handed on, against where the service is in telling it. A service may begin again from a
 * snapshot (contract section 6.4): then what is already out is not told twice, and what the snapshot has beyond it is.
 * Words that are out cannot be taken back: once the service tells others in their place no more are handed on, and
 * the answer's end, which holds the whole text, counts. `text` undefined: what is out is not known here.
 */
export function createHandedText(text: string | undefined) {
  let handed = text ?? '';
  const isWhole = text !== undefined;
  let lost = false;
  /** How far the service is; behind `handed.length` while it repeats itself. */
  let told = handed.length;

  function add(delta: string): string {
    if (lost) return '';
    const repeated = handed.slice(told, told + delta.length);
    lost = !delta.startsWith(repeated);
    if (lost) return '';
    told += delta.length;
    const fresh = delta.slice(repeated.length);
    handed += fresh;
    return fresh;
  }

  return {
    /** The service goes on by `delta`; gives what of it is to be handed on. */
    add,
    /** The service goes on from behind `snapshot`; gives what is to be handed on of that. */
    restartAt(snapshot: string): string {
      if (!isWhole) {
        // Nothing to compare with: whatever comes next may be out already.
        lost ||= snapshot !== '' || handed !== '';
        return '';
      }
      told = 0;
      lost = false;
      return add(snapshot);
    },
    /** The answer's text as far as it is known here; empty where it is not known from the first word on. */
    text: () => (isWhole && !lost ? handed : ''),
  };
}
