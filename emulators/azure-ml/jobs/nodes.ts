/** The nodes of the cluster: who asks for one waits until one is free. */
export type Nodes = {
  free(): number;
  /** Resolves with what gives the node back; rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<() => void>;
};

export function createNodes(count: number): Nodes {
  let free = count;
  const waiting: (() => void)[] = [];
  const giveBack = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  const once = () => {
    let given = false;
    return () => {
      if (!given) giveBack();
      given = true;
    };
  };
  return {
    free: () => free,
    take: async (signal) => {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return once();
      }
      return await new Promise((resolve, reject) => {
        const leave = () => {
          waiting.splice(waiting.indexOf(proceed), 1);
          reject(signal.reason);
        };
        const proceed = () => {
          signal.removeEventListener('abort', leave);
          resolve(once());
        };
        waiting.push(proceed);
        signal.addEventListener('abort', leave, { once: true });
      });
    },
  };
}
