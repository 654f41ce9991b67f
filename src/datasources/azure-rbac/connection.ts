import type { z } from 'zod';
import type { CallContext, TokenFor } from '../../domain/callers.ts';
import { type ErrorDetails, MlgraphError } from '../../domain/errors.ts';
import type { UpstreamPage } from '../../domain/paging.ts';
import type { Upstream } from '../http.ts';
import { pathOf } from './scopes.ts';

const audience = 'https://management.azure.com/.default';
const version = '2022-04-01';
/** All that Azure defines itself is several hundred kilobytes; with a tenant's own roles there may be more. */
const longestAnswer = 32 * 1024 * 1024;

/** Reads of Microsoft.Authorization, for one caller and operation. */
export type Connection = {
  armEndpoint: string;
  read<T>(what: Read<T>): Promise<T>;
};
export type Read<T> = {
  scope: string;
  kind: 'roleAssignments' | 'roleDefinitions';
  name?: string;
  query?: { $filter?: string; $skipToken?: string };
  schema: z.ZodType<T>;
};
type Parts = { armEndpoint: string; arm: Upstream; token: TokenFor; call: CallContext };

export function openConnection({ armEndpoint, arm, token, call }: Parts): Connection {
  return {
    armEndpoint,
    async read({ scope, kind, name, query, schema }) {
      const item = name === undefined ? '' : `/${encodeURIComponent(name)}`;
      const { body } = await arm.call(call, {
        method: 'GET',
        path: `${pathOf(scope)}/providers/Microsoft.Authorization/${kind}${item}`,
        query: { 'api-version': version, ...query },
        token: (claims) => token(audience, { signal: call.signal, claims }),
        schema,
        maxBytes: longestAnswer,
        error: (status) => (status === 403 ? { message: missingRight(kind) } : undefined),
      });
      return body as Exclude<typeof body, null>;
    },
  };
}

const missingRight = (kind: Read<unknown>['kind']) =>
  `This needs the right to Microsoft.Authorization/${kind}/read at this scope, which Reader, Contributor and Owner have; an Owner or a User Access Administrator of the scope can give one of them.`;

/**
 * A page of a list by the token of the page before. Of a `nextLink` nothing but the token is kept, and none of another
 * host is believed.
 */
export async function readPageOf<T>(
  { read, armEndpoint }: Connection,
  { query, ...what }: Read<{ value: T[]; nextLink?: string | null }>,
  token: string | null,
): Promise<UpstreamPage<T>> {
  const asked = token === null ? query : { ...query, $skipToken: token };
  const { value, nextLink } = await read({ ...what, query: asked });
  const next = nextLink ? tokenOf(nextLink, armEndpoint) : null;
  if (next !== null && next === token) throw unfollowable({});
  return { items: value, next };
}

function tokenOf(nextLink: string, armEndpoint: string): string {
  const url = URL.parse(nextLink);
  const entries = [...(url?.searchParams ?? [])];
  const token = entries.find(([name]) => name.toLowerCase() === '$skiptoken')?.[1];
  if (!token || url?.origin !== new URL(armEndpoint).origin) throw unfollowable({});
  return token;
}

const unfollowable = (details: ErrorDetails) =>
  new MlgraphError('UPSTREAM_ERROR', 'arm answered with a next page that cannot be followed.', {
    upstream: 'arm',
    ...details,
  });
