/** What is read once for all who ask, until it is forgotten. A failure is not kept. */
export type Once<T> = { get(): Promise<T>; forget(): void };

export function once<T>(read: () => Promise<T>): Once<T> {
  let known: Promise<T> | null = null;
  const begin = (): Promise<T> => {
    const reading = read();
    reading.catch(() => {
      if (known === reading) known = null;
    });
    known = reading;
    return reading;
  };
  return {
    get: () => known ?? begin(),
    forget: () => {
      known = null;
    },
  };
}
