/** A stream that is written to, and perhaps a terminal. */
export type Sink = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

/** All that the command line uses of the process it runs in, so that tests can be that process. */
export type World = {
  env: Readonly<Record<string, string | undefined>>;
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: Sink;
  stderr: Sink;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects with the signal's reason when that comes first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  openBrowser(url: string): Promise<void>;
  /** A line that the person types; null when there is no more. Rejects with `interrupted()` on Ctrl-C. */
  ask(question: string): Promise<string | null>;
  /** A line that is not shown. */
  askSecret(question: string): Promise<string>;
  /** Calls back on each Ctrl-C, which then no longer ends the process. Returns how to stop. */
  onInterrupt(callback: () => void): () => void;
};
