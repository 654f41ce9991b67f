const kinds = ['failed', 'error', 'cut', 'close', 'stall', 'malformed'] as const;

/**
 * What goes wrong in the middle of an answer.
 * `failed` and `error` are the response's own end; the others befall the connection that reads it: dropped, closed
 * without a last event, silent, or given one event that is not JSON.
 */
export type StreamFault = {
  kind: (typeof kinds)[number];
  /** Of `failed` and `error`: `server_error` by default. */
  code?: string;
  message?: string;
  /** The response fails too, so that reading on brings no more of it. */
  ends?: boolean;
};

/** A fault to come: for whom, when and how often. */
export type ArmedFault = StreamFault & {
  agent?: string;
  /** Deltas before it; 20 by default. */
  after: number;
  times: number;
};

export type StreamFaultBook = {
  /** Throws TypeError with the reason for a fault that makes no sense. */
  add(input: unknown): void;
  /** What is to happen to a response that begins now. */
  take(agent: string): ArmedFault | null;
  clear(): void;
};

export function createStreamFaults(): StreamFaultBook {
  let armed: ArmedFault[] = [];
  return {
    add: (input) => {
      armed.push(parse(input));
    },
    take: (agent) => {
      const found = armed.find((fault) => fault.agent === undefined || fault.agent === agent);
      if (!found) return null;
      found.times -= 1;
      if (found.times <= 0) armed = armed.filter((fault) => fault !== found);
      return found;
    },
    clear: () => {
      armed = [];
    },
  };
}

const fields: Record<string, 'string' | 'number' | 'boolean'> = {
  code: 'string',
  message: 'string',
  ends: 'boolean',
  agent: 'string',
  after: 'number',
  times: 'number',
};

function parse(input: unknown): ArmedFault {
  if (typeof input !== 'object' || input === null) throw new TypeError('A fault is an object.');
  const { kind, ...rest } = input as Record<string, unknown>;
  if (!isKind(kind)) throw new TypeError(`kind is one of ${kinds.join(', ')}.`);
  for (const [name, value] of Object.entries(rest)) {
    if (fields[name] === undefined) throw new TypeError(`A fault has no "${name}".`);
    if (typeof value !== fields[name]) throw new TypeError(`${name} is a ${fields[name]}.`);
  }
  return { after: 20, times: 1, ...rest, kind };
}

export const isKind = (value: unknown): value is StreamFault['kind'] => kinds.some((kind) => kind === value);
