import type { TypedDocumentString } from '../graphql/graphql.ts';

export type GraphQLAnswer<Data> = {
  status: number;
  headers: Headers;
  data: Data | null;
  errors: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
};

/** What it takes to ask a gateway, wherever it runs. */
export type Asking = {
  url: string;
  wsUrl: string;
  /** By people's names. */
  tokens: Record<string, string>;
  ask<Data, Variables>(
    document: TypedDocumentString<Data, Variables> | string,
    variables: Variables | Record<string, unknown>,
    as?: string | null,
  ): Promise<GraphQLAnswer<Data>>;
};

export function askingAt(url: string, tokens: Record<string, string>): Asking {
  const bearer = bearerOf(tokens);
  return {
    url,
    wsUrl: url.replace('http:', 'ws:'),
    tokens,
    async ask(document, variables, as = 'Ada') {
      const headers = { 'content-type': 'application/json', ...bearer(as) };
      const body = JSON.stringify({ query: document.toString(), variables });
      return answerOf(await fetch(url, { method: 'POST', headers, body }));
    },
  };
}

/** `as` is a name, or a token itself. */
export const bearerOf =
  (tokens: Record<string, string>) =>
  (as: string | null): Record<string, string> =>
    as === null ? {} : { authorization: `Bearer ${tokens[as] ?? as}` };

export async function answerOf<Data>(response: Response): Promise<GraphQLAnswer<Data>> {
  const { data = null, errors = [] } = (await response.json()) as Partial<GraphQLAnswer<Data>>;
  return { status: response.status, headers: response.headers, data, errors };
}
