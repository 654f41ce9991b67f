import { randomUUID } from 'node:crypto';
import { request } from 'node:http';

type Answer = { status: number; body: Buffer };
type Call = { port: number; method: string; path: string; headers?: Record<string, string>; body?: Buffer };

/** One HTTP call to the local gateway; rejects after 60 seconds of silence. */
function call({ port, method, path, headers, body }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      headers,
      agent: false,
      timeout: 60_000,
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('The gateway does not answer.')));
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
    });
    outgoing.end(body);
  });
}

/** Whether the gateway takes traffic. */
export const isReady = (port: number): Promise<boolean> =>
  call({ port, method: 'GET', path: '/ready' }).then(
    ({ status }) => status === 200,
    () => false,
  );

/** A GraphQL error answer. */
export class GraphQLFailure extends Error {
  /** `extensions.code` of the first error. */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

export type GraphQLClient = <T>(
  query: string,
  variables: Record<string, unknown>,
  file?: UploadFile,
) => Promise<T>;
/** Fills the variable at `variable`, such as `input.file`. */
export type UploadFile = { variable: string; name: string; content: Buffer };

/** GraphQL over HTTP as one person; a file goes by the multipart request. Throws GraphQLFailure. */
export const gatewayClient =
  (port: number, token: () => string): GraphQLClient =>
  async <T>(query: string, variables: Record<string, unknown>, file?: UploadFile): Promise<T> => {
    const operation = JSON.stringify({ query, variables });
    const { type, body } = file
      ? multipart(operation, file)
      : { type: 'application/json', body: Buffer.from(operation) };
    const headers = {
      authorization: `Bearer ${token()}`,
      accept: 'application/json',
      'content-type': type,
      'content-length': String(body.length),
    };
    const answer = await call({ port, method: 'POST', path: '/graphql', headers, body });
    return dataOf<T>(answer);
  };

function dataOf<T>({ status, body }: Answer): T {
  const text = body.toString('utf8');
  const { data, errors } = (text.startsWith('{') ? JSON.parse(text) : {}) as {
    data?: T;
    errors?: { message: string; extensions?: { code?: string } }[];
  };
  const [error] = errors ?? [];
  if (error) throw new GraphQLFailure(error.message, error.extensions?.code ?? 'INTERNAL');
  if (!data) throw new GraphQLFailure(`The gateway answered ${status} without data.`, 'INTERNAL');
  return data;
}

/** https://github.com/jaydenseric/graphql-multipart-request-spec */
function multipart(operations: string, { variable, name, content }: UploadFile) {
  const boundary = `mlgraph-${randomUUID()}`;
  const field = (disposition: string, value: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`;
  const map = JSON.stringify({ 0: [`variables.${variable}`] });
  const head = `${field('name="operations"', operations)}${field('name="map"', map)}--${boundary}\r\ncontent-disposition: form-data; name="0"; filename="${name}"\r\ncontent-type: text/csv\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { type: `multipart/form-data; boundary=${boundary}`, body };
}
