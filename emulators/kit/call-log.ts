import type { IncomingHttpHeaders } from 'node:http';

/** One request an emulator has seen. `status` is null until it is answered. */
export type LoggedCall = {
  at: string;
  method: string;
  path: string;
  /** As sent, without the `?`. */
  query: string;
  caller: string | null;
  status: number | null;
  /** Without credentials: their values read `[hidden]`. */
  headers: IncomingHttpHeaders;
  /** What this emulator tells besides. */
  details?: Record<string, string>;
};

/** The newest calls, at most `limit` of them. */
export type CallLog = { record(call: LoggedCall): void; list(): LoggedCall[]; clear(): void };

export function createCallLog(limit = 10_000): CallLog {
  let calls: LoggedCall[] = [];
  return {
    record: (call) => {
      calls.push(call);
      // Shortened by a part at once, so that a full log does not shift its whole length with every call.
      if (calls.length >= limit * 1.25) calls = calls.slice(-limit);
    },
    list: () => calls.slice(-limit),
    clear: () => {
      calls = [];
    },
  };
}

/** Request headers as they may be shown. */
export function shownHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const shown = { ...headers };
  for (const name of ['authorization', 'cookie', 'apikey', 'x-api-key'])
    if (shown[name] !== undefined) shown[name] = '[hidden]';
  return shown;
}
