import { type DocumentNode, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';

/** An operation of a real client has some hundreds; each costs a few hundred bytes and its share of the validation. */
const maxTokens = 10_000;
/** Characters of source. What is parsed of one takes some fifty times as much memory, and anybody can send documents. */
const maxCached = 512 * 1024;
const maxCachedEach = 32 * 1024;

const cacheOf = <T extends object>(sizeOf: (value: T, source: string) => number) =>
  new LRUCache<string, T>({
    max: 1_000,
    maxSize: maxCached,
    maxEntrySize: maxCachedEach,
    sizeCalculation: sizeOf,
  });

/** Yoga's caches of documents and of syntax errors, bounded by size: its own count entries alone. */
export const documentCaches = () => ({
  documentCache: cacheOf<DocumentNode>((_, source) => source.length + 1),
  errorCache: cacheOf<Error>((_, source) => source.length + 1),
});

/** Refuses documents that are too long or too deep to be read, as syntax errors. */
export const useBoundedParser = (): Plugin => ({
  onParse: ({ parseFn, setParseFn }) =>
    setParseFn((source, options) => {
      try {
        return parseFn(source, { ...options, maxTokens });
      } catch (error) {
        // The parser calls itself for what is nested, until there is no room left.
        throw error instanceof RangeError
          ? new GraphQLError('Syntax Error: The document is nested too deeply.')
          : error;
      }
    }),
});
