import type { Reply } from './exchange.ts';

const kinds = ['latency', 'status', 'hang', 'cut', 'malformed', 'html'] as const;

/** A failure switched on for the requests it matches. */
export type Fault = {
  kind: (typeof kinds)[number];
  /** Regular expression over the decoded path. */
  path?: string;
  method?: string;
  caller?: string;
  /** How many requests it meets; without it, all. */
  times?: number;
  /** Of `status` (500) and `html` (502). */
  status?: number;
  /** Seconds, sent as Retry-After. */
  retryAfter?: number;
  /** Of `latency`. */
  delayMs?: number;
};

type Armed = { fault: Fault; path: RegExp | null; left: number };
type Target = { method: string; path: string; caller: string | null };

/** The faults of one emulator, in the order they were switched on. */
export type FaultBook = {
  /** Throws TypeError with the reason for a fault that makes no sense. */
  add(input: unknown): void;
  /** What meets this request: at most one delay and one failure, each used up by one. */
  take(target: Target): { delayMs: number; failure: Fault | null };
  clear(): void;
};

export function createFaultBook(): FaultBook {
  let armed: Armed[] = [];
  const takeFirst = (target: Target, wanted: (fault: Fault) => boolean): Fault | null => {
    const found = armed.find((entry) => wanted(entry.fault) && matches(entry, target));
    if (!found) return null;
    found.left -= 1;
    if (found.left <= 0) armed = armed.filter((entry) => entry !== found);
    return found.fault;
  };
  return {
    add: (input) => {
      const fault = parseFault(input);
      armed.push({ fault, path: regexOf(fault.path), left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    take: (target) => ({
      delayMs: takeFirst(target, (fault) => fault.kind === 'latency')?.delayMs ?? 0,
      failure: takeFirst(target, (fault) => fault.kind !== 'latency'),
    }),
    clear: () => {
      armed = [];
    },
  };
}

const matches = ({ fault, path }: Armed, target: Target): boolean =>
  (path === null || path.test(target.path)) &&
  (fault.method === undefined || fault.method.toUpperCase() === target.method) &&
  (fault.caller === undefined || fault.caller === target.caller);

function regexOf(path: string | undefined): RegExp | null {
  return path === undefined ? null : new RegExp(path);
}

const fields: Record<string, 'string' | 'number'> = {
  path: 'string',
  method: 'string',
  caller: 'string',
  times: 'number',
  status: 'number',
  retryAfter: 'number',
  delayMs: 'number',
};

function parseFault(input: unknown): Fault {
  if (typeof input !== 'object' || input === null) throw new TypeError('A fault is an object.');
  const { kind, ...rest } = input as Record<string, unknown>;
  if (!kinds.some((known) => known === kind)) throw new TypeError(`kind is one of ${kinds.join(', ')}.`);
  for (const [name, value] of Object.entries(rest)) {
    const type = fields[name];
    if (type === undefined) throw new TypeError(`A fault has no "${name}".`);
    if (typeof value !== type) throw new TypeError(`${name} is a ${type}.`);
  }
  return input as Fault;
}

/** What a failing request is answered with; `hang` and `cut` are not answers. */
export function failureReply(fault: Fault, errorReply: (status: number) => Reply): Reply {
  const retry: Record<string, string> =
    fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  if (fault.kind === 'malformed')
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"value": [{"name": "cut' };
  if (fault.kind === 'html')
    return {
      status: fault.status ?? 502,
      headers: { 'content-type': 'text/html', ...retry },
      body: '<html><body><h1>Bad Gateway</h1></body></html>',
    };
  const reply = errorReply(fault.status ?? 500);
  return { ...reply, headers: { ...reply.headers, ...retry } };
}
