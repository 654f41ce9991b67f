/** One answer of a Chapkit service, with the headers that the contract speaks of. */
export type Answer = {
  status: number;
  type: string | null;
  headers: Record<string, string | null>;
  /** JSON where it is; of an event stream its frames; of anything else its size. */
  body: unknown;
};

export type Asked = { key?: string | null; json?: unknown; text?: string };

/** Asks one service, under one key unless told otherwise. */
export type Ask = (method: string, path: string, asked?: Asked) => Promise<Answer>;

export type Service = { url: string; key: string };

const shown = [
  'x-request-id',
  'location',
  'www-authenticate',
  'content-disposition',
  'cache-control',
  'allow',
];

export function askerOf({ url, key }: Service): Ask {
  return async (method, path, { key: own, json, text } = {}) => {
    const headers: Record<string, string> = {};
    if (own !== null) headers['x-api-key'] = own ?? key;
    const body = text ?? (json === undefined ? undefined : JSON.stringify(json));
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(`${url}${path}`, {
      method,
      headers,
      body,
      signal: AbortSignal.timeout(20_000),
    });
    const type = response.headers.get('content-type');
    return {
      status: response.status,
      type,
      headers: Object.fromEntries(shown.map((name) => [name, response.headers.get(name)])),
      body: await bodyOf(response, type),
    };
  };
}

async function bodyOf(response: Response, type: string | null): Promise<unknown> {
  const bytes = Buffer.from(await response.arrayBuffer());
  if (bytes.length === 0) return null;
  if (type?.startsWith('text/event-stream')) return bytes.toString().trim().split('\n\n');
  if (type?.includes('json')) return JSON.parse(bytes.toString());
  return { bytes: true };
}
