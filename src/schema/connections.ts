import type { OutputRef } from '@pothos/core';
import type { Edge, Page } from '../domain/paging.ts';
import { defaultPageSize, maxPageSize } from '../domain/paging.ts';
import type { MergedPage } from '../domain/providers.ts';
import { builder } from './builder.ts';
import { SourceReportType } from './providers.ts';

const PageInfoType = builder.objectRef<Page<unknown>>('PageInfo').implement({
  description: 'Where a page stands in its list.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      description: 'Whether more follows. It decides, not the number of edges: a page may be short.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      description: 'Whether the page began behind a cursor.',
    }),
    startCursor: t.string({
      nullable: true,
      description: 'Cursor of the first edge.',
      resolve: (page) => page.edges[0]?.cursor ?? null,
    }),
    endCursor: t.exposeString('endCursor', {
      nullable: true,
      description: 'Pass it as `after` for the next page.',
    }),
  }),
});

/** An edge whose node type is known to the builder only: the one place where a page's type is taken on trust. */
const edgeType = <T>(name: string, node: OutputRef<T>) =>
  builder.objectRef<Edge<T>>(`${name}Edge`).implement({
    description: `One ${name} of a page, with the cursor that goes on behind it.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'Opaque; bound to this caller and this query.' }),
      node: t.field({
        type: node as OutputRef<unknown>,
        description: `The ${name}.`,
        resolve: (edge) => edge.node,
      }),
    }),
  });

function pageType<T, P extends Page<T>>(name: string, node: OutputRef<T>) {
  const Edge = edgeType(name, node);
  return builder.objectRef<P>(`${name}Connection`).implement({
    description: `A page of ${name}s.`,
    fields: (t) => ({
      edges: t.field({
        type: [Edge],
        description: 'The page, each with its cursor.',
        resolve: (page) => page.edges,
      }),
      nodes: t.field({
        type: [node as OutputRef<unknown>],
        description: 'The page without cursors.',
        resolve: (page) => page.edges.map((edge) => edge.node),
      }),
      pageInfo: t.field({ type: PageInfoType, description: 'How to go on.', resolve: (page) => page }),
    }),
  });
}

/** `XConnection` and `XEdge` over one upstream's pages. */
export const connectionOf = <T>(name: string, node: OutputRef<T>) => pageType<T, Page<T>>(name, node);

/** A connection that merges upstreams: it also says what each of them contributed. */
export function mergedConnectionOf<T>(name: string, node: OutputRef<T>) {
  const Connection = pageType<T, MergedPage<T>>(name, node);
  builder.objectField(Connection, 'sources', (t) =>
    t.field({
      type: [SourceReportType],
      description: 'One report per upstream asked: which failed, and how, while the others answered.',
      resolve: (page) => page.sources,
    }),
  );
  return Connection;
}

/** `first` and `after` of every connection. */
export const pageArgs = builder.args((t) => ({
  first: t.int({ description: `How many, from 1 to ${maxPageSize}; ${defaultPageSize} without.` }),
  after: t.string({ description: 'The endCursor of the page before.' }),
}));
