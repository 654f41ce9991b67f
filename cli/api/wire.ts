import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { unreachable } from './connection.ts';
import type { ApiError } from './errors.ts';

/** A GraphQL answer. */
export type Answer<Data> = { data?: Data | null; errors?: ApiError[] };

/**
 * The GraphQL answer in a response of any status.
 * @throws Failure where it holds none: there is no mlgraph at this address, or something before it answered.
 */
export async function readAnswer<Data>(response: Response, url: string): Promise<Answer<Data>> {
  const text = await response.text().catch((error: unknown) => {
    throw unreachable('the server', url, error);
  });
  const answer = parse(text);
  if (isAnswer(answer)) return answer as Answer<Data>;
  throw withoutAnswer(response, url);
}

function withoutAnswer({ status, headers }: Response, url: string): Failure {
  const { origin } = new URL(url);
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(seconds) ? seconds : undefined;
  if (status === 429)
    return new Failure(exitCodes.rateLimited, `Too many requests to ${origin}.`, {
      retryAfterSeconds,
      next: `Try again ${retryAfterSeconds === undefined ? 'later' : `after ${retryAfterSeconds} s`}.`,
    });
  if (status >= 500)
    return new Failure(exitCodes.unreachable, `The server at ${origin} does not work (HTTP ${status}).`, {
      retryAfterSeconds,
      next: 'Try again later.',
    });
  return new Failure(exitCodes.unreachable, `There is no mlgraph at ${url} (HTTP ${status}).`, {
    next: 'Check the address: mlgraph config',
  });
}

const isAnswer = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
